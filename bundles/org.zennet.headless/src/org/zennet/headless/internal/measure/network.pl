# The other side of network.sh: gives what "GET /BYTES" asks for, takes all else, and tells after each connection how many bytes came and went.
use strict;
use IO::Socket::INET;
$| = 1;
my $server = IO::Socket::INET->new(Listen => 16, LocalPort => $ARGV[0], ReuseAddr => 1) or die "can't listen: $!\n";
print "ready\n";
while (my $c = $server->accept) {
    my ($in, $out, $head) = (0, 0, '');
    while (my $n = sysread($c, my $piece, 65536)) {
        $in += $n;
        $head .= $piece if length $head < 4096;
        if ($head =~ m{^GET /(\d+) .*\r\n\r\n}s) {
            my $left = $1;
            $out += syswrite($c, "HTTP/1.1 200 OK\r\nContent-Length: $left\r\nConnection: close\r\n\r\n");
            my $block = "\0" x 65536;
            while ($left > 0) {
                my $sent = syswrite($c, $block, $left < 65536 ? $left : 65536) or last;
                $left -= $sent;
                $out += $sent;
            }
            last;
        }
        if ($head =~ m{^PUT .*?content-length: (\d+)\r\n.*?\r\n\r\n}si && $in >= length($&) + $1) {
            $out += syswrite($c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            last;
        }
        if ($head =~ /^PUT .*expect: 100-continue.*\r\n\r\n/si && $in == length $head) {
            $out += syswrite($c, "HTTP/1.1 100 Continue\r\n\r\n");
        }
    }
    close $c;
    print "$in $out\n";
}
