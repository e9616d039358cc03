<?php
// Measures PHP's own SOAP extension for benchmarks/client.py: URL, WSDL, number of runs, sizes.
[, $url, $wsdl, $runs] = $argv;
$client = new SoapClient($wsdl, ['location' => $url, 'cache_wsdl' => WSDL_CACHE_NONE, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS]);

function processor(): float
{
    $use = getrusage();
    return ($use['ru_utime.tv_sec'] + $use['ru_stime.tv_sec']) * 1000 + ($use['ru_utime.tv_usec'] + $use['ru_stime.tv_usec']) / 1000;
}

$measured = [];
foreach (array_slice($argv, 4) as $size) {
    $query = ['range' => ['start' => 0, 'count' => (int) $size]];
    $client->getAccounts($query);
    $clocks = $cpus = [];
    for ($run = 0; $run < $runs; $run++) {
        $clock = microtime(true);
        $cpu = processor();
        $client->getAccounts($query);
        $clocks[] = (microtime(true) - $clock) * 1000;
        $cpus[] = processor() - $cpu;
    }
    $measured[$size] = [min($clocks), min($cpus)];
}
echo json_encode($measured), "\n";
