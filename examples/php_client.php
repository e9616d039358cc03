<?php
/*
 * Adds a customer, a SIP domain and an account to an NGNPro server, lists them, and takes them away again, with PHP's own
 * SOAP extension (Debian: php-soap) and the WSDL that the server shows.
 *
 *     php examples/php_client.php http://127.0.0.1:9200/ USERNAME PASSWORD
 *
 * Username and password are those of [administrator] in the server's configuration (var/ngnpro.ini after make run).
 */

if ($argc !== 4) {
    fwrite(STDERR, "Usage: php php_client.php URL USERNAME PASSWORD\n");
    exit(2);
}
[, $url, $username, $password] = $argv;

/*
 * Makes a client for one port. PHP looks operations up by name alone, and addAccount is an operation of three ports: so
 * each client gets a copy of the WSDL that has its own port only.
 */
function port_client(string $url, string $port, array $auth): SoapClient
{
    $wsdl = file_get_contents($url . 'wsdl');
    $others = '~<(\w+:)?port name="(?!' . $port . 'Port").*?</\1port>~s';
    $file = tempnam(sys_get_temp_dir(), 'wsdl');
    file_put_contents($file, preg_replace($others, '', $wsdl));
    $client = new SoapClient($file, [
        'location' => $url,
        'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
        'cache_wsdl' => WSDL_CACHE_NONE,
        'connection_timeout' => 5,
    ]);
    unlink($file);
    $client->__setSoapHeaders(new SoapHeader('urn:AGProjects:NGNPro', 'auth', $auth));
    return $client;
}

// Other members of auth: 'admin' => false for a customer's login, 'impersonate' => ID to act for a customer.
$auth = ['username' => $username, 'password' => $password];
$customers = port_client($url, 'Customer', $auth);
$sip = port_client($url, 'Sip', $auth);

$domain = 'php-example.com';
$alice = ['username' => 'alice', 'domain' => $domain];

$customer = $customers->addAccount([
    'username' => 'php-example',
    'password' => 'a-long-secret',
    'firstName' => 'Charles',
    'lastName' => 'Dodgson',
    'email' => 'charles@php-example.com',
]);
try {
    $sip->addDomain(['domain' => $domain, 'customer' => $customer->id]);
    $sip->addAccount([
        'id' => $alice,
        'firstName' => 'Alice',
        'password' => 'a-long-secret',
        'groups' => ['free-pstn'],
    ]);

    $account = $sip->getAccount($alice);
    $account->lastName = 'Liddell';
    $account->quota = 50;
    $sip->updateAccount($account);

    $found = $sip->getAccounts([
        'filter' => ['domain' => $domain],
        'orderBy' => ['attribute' => 'username', 'direction' => 'ASC'],
        'range' => ['start' => 0, 'count' => 20],
    ]);
    foreach ($found->accounts as $account) {
        printf("%s@%s is %s %s, in %s\n", $account->id->username, $account->id->domain,
            $account->firstName, $account->lastName, implode(', ', $account->groups));
    }

    try {
        $sip->addDomain(['domain' => $domain]);
    } catch (SoapFault $fault) {
        $exception = $fault->detail->exception;
        printf("Refused with code %d: %s\n", $exception->errorcode, $exception->errorstring);
    }
} finally {
    $sip->deleteDomain($domain);
    $customers->deleteAccount($customer->id);
}
printf("Left: %d\n", $sip->getDomains(['filter' => ['domain' => $domain]])->total);
