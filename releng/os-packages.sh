#!/bin/bash
# Installs the packages of the operating system that one use of ./zennet needs: as root on Debian or its kin at once, else by naming the command.
# usage: releng/os-packages.sh SET     SET: maven | jdk | desktop | test | full | benchmarks | guest | compilers | registry | gvisor
set -u
case ${1:-} in
  maven) want=(maven) ;;
  jdk) want=(openjdk-25-jdk-headless) ;;
  desktop) want=(libgtk-3-0 xvfb) ;;
  test) want=(libgtk-3-0 xvfb xauth iproute2 openssh-client parallel bubblewrap slirp4netns nftables netcat-openbsd curl wget e2fsprogs busybox-static docker.io iptables gcc libc6-dev) ;;
  # what builds the committed modules and programs anew, to compare
  compilers) want=(clang lld wasi-libc libclang-rt-14-dev-wasm32 musl-tools) ;;
  full) want=(mmdebstrap openssh-server xvfb xdotool imagemagick) ;;
  benchmarks) want=(sysbench fio p7zip-full hpcc) ;;
  guest) want=(qemu-system-x86 busybox-static) ;; # and a kernel, see below
  registry) want=(docker-registry) ;;
  gvisor) want=(runsc) ;;
  *) echo "usage: $0 maven|jdk|desktop|test|full|benchmarks|guest|compilers|registry|gvisor" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  # not Debian: look for the programs themselves
  missing=()
  case $1 in
    maven) command -v mvn >/dev/null || missing+=(maven) ;;
    jdk) missing+=("a JDK 25") ;;
    test) for p in Xvfb ip ssh parallel; do command -v $p >/dev/null || missing+=("$p"); done ;;
  esac
  [ ${#missing[@]} -eq 0 ] && exit 0
  echo "zennet: missing: ${missing[*]}; install it with your system's package manager" >&2
  exit 1
fi

# The kernel of a guest is unpacked and not installed: nothing is to change how this machine boots.
guest_kernel=/var/cache/zennet/guest-kernel
unpack_kernel() {
  compgen -G "$guest_kernel/boot/vmlinuz-*" >/dev/null && return
  local place package
  package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p' | head -1)
  [ -n "$package" ] || return 1
  place=$(mktemp -d) || return 1
  echo "zennet: unpacking $package to $guest_kernel" >&2
  (cd "$place" && apt-get download -q "$package" >/dev/null 2>&1 && dpkg-deb -x ./*.deb tree && mkdir -p "${guest_kernel%/*}" && rm -rf "$guest_kernel" && mv tree "$guest_kernel")
  local code=$?
  rm -rf "$place"
  return $code
}

missing=()
for p in "${want[@]}"; do
  # libgtk-3-0 is libgtk-3-0t64 on newer systems
  dpkg-query -W -f '${Status}\n' "$p" "${p}t64" 2>/dev/null | grep -q 'install ok installed' || missing+=("$p")
done
if [ ${#missing[@]} -eq 0 ]; then
  [ "$1" != guest ] || [ "$(id -u)" != 0 ] || unpack_kernel || { apt-get update -q >/dev/null 2>&1; unpack_kernel; }
  exit
fi

if [ "$(id -u)" != 0 ]; then
  echo "zennet: run this first: sudo apt-get install -y ${missing[*]}" >&2
  exit 1
fi
echo "zennet: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y -q --no-install-recommends "$@" </dev/null >"$log" 2>&1; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ "$1" = jdk ]; then
  # whichever JDK 25 the package lists have
  { apt-cache policy openjdk-25-jdk-headless temurin-25-jdk 2>/dev/null | grep -q 'Candidate: [0-9]'; } || apt-get update -q >"$log" 2>&1 </dev/null
  for p in openjdk-25-jdk-headless temurin-25-jdk; do
    apt-cache policy "$p" 2>/dev/null | grep -q 'Candidate: [0-9]' && install "$p" && exit 0
  done
  exit 1
fi
finish() { [ "$set" != guest ] || unpack_kernel; }
set=$1
if [ "$1" = registry ] && [ ! -e /usr/sbin/policy-rc.d ]; then
  # only the program is wanted: the package would start a registry for all the network, now and at each boot
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f "$log" /usr/sbin/policy-rc.d; command -v systemctl >/dev/null && systemctl disable docker-registry >/dev/null 2>&1' EXIT
fi
install "${missing[@]}" && finish && exit 0
apt-get update -q >"$log" 2>&1 </dev/null
install "${missing[@]}" && finish && exit 0
tail -5 "$log" >&2
echo "zennet: could not install ${missing[*]}" >&2
exit 1
