#!/bin/sh
# Lists the first domains, with curl alone: sh examples/curl_client.sh URL USERNAME PASSWORD
# Names and passwords with & or < have to be written as in XML. The message is not an argument, which other users see.
curl --silent --show-error --header 'Content-Type: text/xml; charset=utf-8' --header 'SOAPAction: ""' --data-binary @- "$1" <<CALL
<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:n="urn:AGProjects:NGNPro:Sip">
  <e:Header><auth><username>$2</username><password>$3</password></auth></e:Header>
  <e:Body><n:getDomains><query><range><start>0</start><count>20</count></range></query></n:getDomains></e:Body>
</e:Envelope>
CALL
