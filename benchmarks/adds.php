<?php
// Adds accounts one after the other with PHP's own SOAP extension, for benchmarks/bulk.py: URL, WSDL, login, password, how many.
[, $url, $wsdl, $username, $password, $count] = $argv;
$client = new SoapClient($wsdl, ['location' => $url, 'cache_wsdl' => WSDL_CACHE_NONE, 'keep_alive' => true]);
$login = ['username' => $username, 'password' => $password, 'admin' => true, 'impersonate' => 0];
$client->__setSoapHeaders(new SoapHeader('urn:AGProjects:NGNPro', 'auth', $login));
$begun = microtime(true);
for ($number = 0; $number < (int) $count; $number++) {
    $client->addAccount([
        'id' => ['username' => "php$number", 'domain' => 'example.com'],
        'password' => 'a-Secret-2026',
        'firstName' => 'User',
        'lastName' => 'Number',
        'email' => "u$number@mail.example",
        'timezone' => 'Europe/Paris',
        'owner' => 0, 'rpid' => '', 'groups' => ['sms'], 'prepaid' => false, 'quota' => 0, 'acl' => [], 'properties' => [],
    ]);
}
echo microtime(true) - $begun, "\n";
