#!/usr/bin/env bash
# The C++ sources are formatted: clang-format 19 would change nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."

# A check that cannot fail checks nothing.
if printf 'int  f( ){return 1 ;}\n' | clang-format-19 --style=file --assume-filename=src/core/a.cpp \
    --dry-run --Werror 2>/dev/null; then
    echo "clang-format accepts an unformatted function"
    exit 1
fi
if ! script/format --check; then
    echo "run script/format"
    exit 1
fi
