<?php
// Makes the calls that it reads as JSON from the standard input, and writes what came back as JSON.
// Arguments: the WSDL file, and the header's username, password and admin (1 or 0).

// Loading the WSDL must fetch nothing. SoapClient's own calls do not go through these wrappers.
stream_wrapper_unregister('http');
stream_wrapper_unregister('https');

[, $wsdl, $username, $password, $admin] = $argv;
$client = new SoapClient($wsdl, ['cache_wsdl' => WSDL_CACHE_NONE, 'keep_alive' => false, 'exceptions' => true]);
$client->__setSoapHeaders(new SoapHeader('urn:AGProjects:NGNPro', 'auth', [
    'username' => $username, 'password' => $password, 'admin' => (bool) $admin,
]));

function argument(mixed $value): mixed
{
    if (!is_array($value)) {
        return $value;
    }
    if (array_key_exists('base64', $value)) {
        return base64_decode($value['base64']);
    }
    if (array_key_exists('twice', $value)) {
        $shared = (object) $value['twice'];
        return [$shared, $shared];
    }
    return array_map('argument', $value);
}

$results = [];
foreach (json_decode(stream_get_contents(STDIN), true) as [$operation, $arguments]) {
    try {
        $results[] = ['result' => $client->__soapCall($operation, array_map('argument', $arguments))];
    } catch (SoapFault $fault) {
        $exception = $fault->detail->exception ?? null;
        $results[] = ['fault' => [$exception?->errorcode, $exception?->errorstring, $fault->faultstring]];
    }
}
echo json_encode($results, JSON_THROW_ON_ERROR);
