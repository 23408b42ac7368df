#!/bin/bash
# Runs one real program, and tells at its end what it and its children used by other means than the meter of the container:
# processor time by getrusage (the shell's and that of the children it waited for), memory by adding up every 20 ms what all
# processes hold of their own (anonymous and shared memory, in proportion; not the host's files that they map), disk by the
# bytes that dd says it moved past the cache.
# usage: PROGRAM
export LC_ALL=C PATH=/usr/bin:/bin
sampler='
use strict; use Time::HiRes qw(time sleep);
my ($sum, $last, $end) = (0, time, 0);
$SIG{TERM} = sub { $end = 1 };
my $held = 0;
while (1) {
    my $now = 0;
    for my $f (glob("/proc/[0-9]*/smaps_rollup")) {
        open(my $h, "<", $f) or next;
        while (<$h>) { $now += $1 * 1024 if /^Pss_(?:Anon|Shmem):\s+(\d+)/ }
        close $h;
    }
    my $t = time;
    $sum += ($held + $now) / 2 * ($t - $last);
    ($held, $last) = ($now, $t);
    last if $end;
    sleep 0.02;
}
printf "TRUTH memory %.0f\n", $sum;
'
perl -e "$sampler" &
s=$!
dd_bytes() { sed -n 's/^\([0-9]*\) bytes.*/\1/p'; }
case $1 in
  openssl) openssl speed -seconds 2 -bytes 16384 sha256 >/dev/null 2>&1 ;;
  xz) head -c 3000000 /dev/urandom | xz -3 >/dev/null ;;
  gzip) head -c 200000000 /dev/zero | gzip -9 >/dev/null ;;
  bzip2) head -c 6000000 /dev/urandom | bzip2 >/dev/null ;;
  sort) seq 1 2000000 | sort -r -k1.3 >/dev/null ;;
  bc) echo 'scale=1400; a(1)*4; e(1)' | bc -l >/dev/null ;;
  sqlite3) echo 'with recursive c(x) as (select 1 union all select x+1 from c where x < 4000000) select sum(x*x % 7) from c;' | sqlite3 >/dev/null ;;
  python3) /usr/bin/python3 -I -c 'print(sum(i*i % 7 for i in range(10000000)))' >/dev/null ;;
  perl) perl -e 'my $s = 0; for my $i (1..15000000) { $s += $i * $i % 7 } print $s' >/dev/null ;;
  perl-hold) perl -e 'my $x = "x" x 150000000; sleep 3' ;;
  dd-write) echo "TRUTH written $(dd if=/dev/zero of=data bs=1M count=200 oflag=direct 2>&1 | dd_bytes)" ;;
  dd-read)
    dd if=/dev/zero of=data bs=1M count=48 oflag=direct 2>/dev/null
    echo "TRUTH read $(dd if=data of=/dev/null bs=1M iflag=direct 2>&1 | dd_bytes)" ;;
  *) echo "no such program: $1" >&2; exit 2 ;;
esac
code=$?
rm -f data
kill -TERM $s
wait $s
times >times   # in this shell: a pipe would make it tell the times of another
sed 's/^/TRUTH times /' times
exit $code
