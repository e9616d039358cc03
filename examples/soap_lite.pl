# Adds a domain with an account and deletes it again, with SOAP::Lite: perl examples/soap_lite.pl URL USERNAME PASSWORD
use strict;
use warnings;
use utf8;
use SOAP::Lite;

binmode STDOUT, ':utf8';
my ($url, $username, $password) = @ARGV;
# proxy and uri, and no service(WSDL): with it, SOAP::Lite sends structures as nil
my $sip = SOAP::Lite->proxy($url)->uri('urn:AGProjects:NGNPro:Sip')->on_action(sub { '""' });
my $login = SOAP::Header->name(auth => { username => $username, password => $password })->uri('urn:AGProjects:NGNPro');

sub call {
    my ($operation, $part, $value) = @_;
    my $answer = $sip->call($operation => SOAP::Data->name($part => $value), $login);
    return $answer->result unless $answer->fault;
    my $exception = $answer->faultdetail->{exception};
    print "Refused with code $exception->{errorcode}: $exception->{errorstring}\n";
    return;
}

my $alice = { username => 'alice', domain => 'perl-example.com' };
call(addDomain => domain => { domain => 'perl-example.com' });
my $account = { id => $alice, password => 'a-long-secret', firstName => 'Jürgen', groups => ['free-pstn'] };
my $added = call(addAccount => account => $account);
print "alice\@$added->{id}{domain} is $added->{firstName}, in @{$added->{groups}}\n";
call(addDomain => domain => { domain => 'perl-example.com' });
call(deleteDomain => domain => 'perl-example.com');
