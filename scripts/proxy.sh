#!/bin/sh
# nginx for the tests of production's proxy: found, or installed where that is possible, or loudly missing.
PATH="$PATH:/usr/sbin:/usr/local/sbin"
if command -v nginx >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Debian's nginx for the tests of the proxy…"
  # RUNLEVEL=1: installed, but not started as a service of this machine.
  if apt-get update -q >/dev/null && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends nginx-light >/dev/null; then exit 0; fi
fi
echo "*******************************************************************"
echo "* There is no nginx here and it could not be installed.           *"
echo "* THE PROXY WILL NOT BE TESTED. On Debian: sudo apt install nginx *"
echo "*******************************************************************"
