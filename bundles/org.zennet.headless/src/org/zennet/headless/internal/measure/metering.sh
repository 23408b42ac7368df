#!/bin/bash
# Runs one real program, and tells at its end what it and its children used by other means than the meter of the container:
# processor time by getrusage (the shell's and that of the children it waited for), memory by adding up every 20 ms what all
# processes hold of their own (anonymous and shared memory, in proportion; not the host's files that they map) and what the
# files in memory take, disk by the bytes that dd says it moved past the cache.
# usage: PROGRAM
export LC_ALL=C PATH=/usr/bin:/bin
sampler='
use strict; use Time::HiRes qw(time sleep); use POSIX ();
my ($parent, $ready) = @ARGV;
my ($sum, $end) = (0, 0);
$SIG{TERM} = sub { $end = 1 };
sub first_line { open(my $h, "<", $_[0]) or return ""; my $l = <$h>; close $h; $l // "" }
# until the first look memory has grown from nothing: since this task began, as the shell above says, in ticks since boot
my ($rest) = first_line("/proc/$parent/stat") =~ /.*\)\s(.*)/;
my ($up) = split / /, first_line("/proc/uptime");
my $last = time - ($up - (split / /, $rest)[19] / POSIX::sysconf(POSIX::_SC_CLK_TCK()));
# files in memory, by statfs(2): f_type, f_bsize, f_blocks, f_bfree are the first four words
my $statfs = (POSIX::uname())[4] eq "x86_64" ? 137 : 43;
my $TMPFS = 0x01021994;
sub files {
    my $bytes = 0;
    for my $d ("/tmp", "/dev/shm", "/work") {
        my ($path, $b) = ("$d", "\0" x 256); # both in variables: syscall may write to what it is given
        next if syscall($statfs, $path, $b) != 0;
        my ($type, $block, $all, $free) = unpack("q4", $b);
        $bytes += ($all - $free) * $block if $type == $TMPFS;
    }
    $bytes
}
my ($held, $looks) = (0, 0);
while (1) {
    my ($own, $shared) = (0, 0);
    for my $f (glob("/proc/[0-9]*/smaps_rollup")) {
        open(my $h, "<", $f) or next;
        while (<$h>) {
            $own += $1 * 1024 if /^Pss_Anon:\s+(\d+)/;
            $shared += $1 * 1024 if /^Pss_Shmem:\s+(\d+)/;
        }
        close $h;
    }
    my $files = files();
    my $now = $own + ($files > $shared ? $files : $shared); # a file that is mapped too counts once
    my $t = time;
    $sum += ($held + $now) / 2 * ($t - $last);
    ($held, $last) = ($now, $t);
    if (!$looks++) { open(my $h, ">", $ready); print $h "go\n"; close $h }
    last if $end;
    sleep 0.02;
}
printf "TRUTH memory %.0f\n", $sum;
'
mkfifo ready
perl -e "$sampler" $$ ready &
s=$!
exec 3<>ready # open both ways, so that a sampler that dies is noticed
read -r -t 10 -u 3 _ || { echo "the sampler did not begin" >&2; exit 3; }
exec 3<&-
dd_bytes() { perl -ne '$n += $1 if /^(\d+) bytes/; END { print $n // 0 }'; }
case $1 in
  openssl) openssl speed -seconds 3 -bytes 16384 sha256 >/dev/null 2>&1 ;;
  xz) head -c 4000000 /dev/urandom | xz -3 >/dev/null ;;
  gzip) head -c 400000000 /dev/zero | gzip -9 >/dev/null ;;
  bzip2) head -c 9000000 /dev/urandom | bzip2 >/dev/null ;;
  sort) seq 1 2500000 | sort -r -k1.3 >/dev/null ;;
  bc) echo 'scale=1800; a(1)*4; e(1)' | bc -l >/dev/null ;;
  sqlite3) echo 'with recursive c(x) as (select 1 union all select x+1 from c where x < 6000000) select sum(x*x % 7) from c;' | sqlite3 >/dev/null ;;
  python3) /usr/bin/python3 -I -c 'print(sum(i*i % 7 for i in range(15000000)))' >/dev/null ;;
  perl) perl -e 'my $s = 0; for my $i (1..20000000) { $s += $i * $i % 7 } print $s' >/dev/null ;;
  perl-hold) perl -e 'my $x = "x" x 150000000; sleep 4' ;;
  perl-breathe) perl -e 'for my $i (1..8) { my $x = "x" x (20000000 * ($i % 4 + 1)); select(undef, undef, undef, 0.7); undef $x }' ;;
  dd-write) echo "TRUTH written $(for i in 1 2 3 4 5 6 7 8; do dd if=/dev/zero of=data bs=1M count=200 oflag=direct conv=notrunc 2>&1; done | dd_bytes)" ;;
  dd-read)
    dd if=/dev/zero of=data bs=1M count=100 oflag=direct 2>/dev/null
    echo "TRUTH read $(for i in 1 2 3 4 5 6 7 8; do dd if=data of=/dev/null bs=1M iflag=direct 2>&1; done | dd_bytes)" ;;
  *) echo "no such program: $1" >&2; exit 2 ;;
esac
code=$?
rm -f data
kill -TERM $s
wait $s
times >times   # in this shell: a pipe would make it tell the times of another
sed 's/^/TRUTH times /' times
exit $code
