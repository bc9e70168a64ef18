#!/usr/bin/env bash
# Installs a released scoresync into FOLDER, and only if its archive is the one that the release's list of checksums names.
#
#   install.sh RELEASES VERSION FOLDER
#
# RELEASES is where the releases lie, such as https://github.com/OWNER/scoresync/releases/download.
set -euo pipefail
[ $# = 3 ] || { echo "usage: install.sh RELEASES VERSION FOLDER" >&2; exit 2; }
releases=$1 version=${2#v} folder=$3

case "$(uname -s) $(uname -m)" in
    "Linux x86_64") archive=scoresync-$version-x86_64-unknown-linux-musl.tar.gz ;;
    "Linux aarch64" | "Linux arm64") archive=scoresync-$version-aarch64-unknown-linux-musl.tar.gz ;;
    "Darwin x86_64") archive=scoresync-$version-x86_64-apple-darwin.tar.gz ;;
    "Darwin arm64") archive=scoresync-$version-aarch64-apple-darwin.tar.gz ;;
    MINGW*" x86_64" | MSYS*" x86_64") archive=scoresync-$version-x86_64-pc-windows-msvc.zip ;;
    *) echo "no release of scoresync is made for $(uname -s) $(uname -m)" >&2; exit 1 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fetch() {
    curl --fail --silent --show-error --location --retry 3 --output "$work/$1" "$releases/v$version/$1" || {
        echo "cannot get $releases/v$version/$1" >&2
        exit 1
    }
}
fetch "$archive"
fetch SHA256SUMS

sum() { if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi; }
expected=$(awk -v name="$archive" '$2 == name { print $1 }' "$work/SHA256SUMS")
actual=$(sum "$work/$archive" | cut -d ' ' -f 1)
if [ -z "$expected" ] || [ "${actual#\\}" != "$expected" ]; then
    echo "$archive is not what SHA256SUMS says (${expected:-nothing}): nothing was installed" >&2
    exit 1
fi

mkdir -p "$folder"
case "$archive" in
    *.zip) unzip -q -o "$work/$archive" -d "$folder" ;;
    *) tar -xzf "$work/$archive" -C "$folder" ;;
esac
