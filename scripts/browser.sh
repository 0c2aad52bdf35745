#!/bin/sh
# Chromium for the browser tests: found, or installed where that is possible, or loudly missing.
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Debian's chromium for the browser tests…"
  if apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium >/dev/null; then exit 0; fi
fi
echo "************************************************************************"
echo "* There is no Chromium here and it could not be installed.             *"
echo "* THE BROWSER TESTS WILL NOT RUN. On Debian: sudo apt install chromium *"
echo "************************************************************************"
