#!/bin/bash
# Moves bytes to or from a server by one real program. usage: PROGRAM ADDRESS PORT BYTES
export LC_ALL=C PATH=/usr/bin:/bin
url=http://$2:$3/$4
zeros() { head -c "$1" /dev/zero; }
case $1 in
  curl) curl -sS -o /dev/null "$url" ;;
  wget) wget -q -O /dev/null "$url" ;;
  busybox) busybox wget -q -O /dev/null "$url" ;;
  python3) /usr/bin/python3 -I -c 'import sys, urllib.request; print(len(urllib.request.urlopen(sys.argv[1]).read()))' "$url" >/dev/null ;;
  curl-put) zeros "$4" >data && curl -sS -T data "http://$2:$3/" ;;
  nc) zeros "$4" | nc -N "$2" "$3" ;;
  bash) zeros "$4" >"/dev/tcp/$2/$3" ;;
  perl) perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new("$ARGV[0]:$ARGV[1]") or die; print $s "x" x $ARGV[2]; close $s' "$2" "$3" "$4" ;;
  *) echo "no such program: $1" >&2; exit 2 ;;
esac
