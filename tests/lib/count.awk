# Adds up the closing lines of the test runners in a log and prints "PASSED FAILED".
#   cargo       test result: ok. 12 passed; 0 failed; …
#   vitest      Tests  1 failed | 11 passed (12)
#   node        ℹ pass 12 / ℹ fail 0
#   unittest    Ran 12 tests in 0.1s … FAILED (failures=1, errors=2)
#   playwright  12 passed (3.4s) / 1 failed

{ gsub(/\033\[[0-9;]*m/, "") }

/^test result: / { passed += before("passed"); failed += before("failed") }
/^ *Tests  / { passed += before("passed"); failed += before("failed") }
/^ *[0-9]+ passed \(/ { passed += $1 }
/^ *[0-9]+ failed$/ { failed += $1 }
/^[^ ]+ pass [0-9]+$/ { passed += $3 }
/^[^ ]+ fail [0-9]+$/ { failed += $3 }
/^Ran [0-9]+ tests? in / { ran = $2; passed += ran }
/^FAILED \(/ { broken = after("failures=") + after("errors="); failed += broken; passed -= least(broken, ran) }

END { print passed + 0, failed + 0 }

# A class that cannot be set up is an error of unittest, but none of the tests that ran.
function least(a, b) { return a < b ? a : b }

# The number in front of a word: before("passed") is 12 in "12 passed; 0 failed".
function before(word,    i) {
    for (i = 2; i <= NF; i++) if (index($i, word) == 1) return $(i - 1) + 0
    return 0
}

# The number behind a mark: after("errors=") is 2 in "(failures=1, errors=2)".
function after(mark,    at) {
    at = index($0, mark)
    return at ? substr($0, at + length(mark)) + 0 : 0
}
