# One repair order.
bench-other-steps = Other steps
bench-parts-none = Nothing was built in yet.
bench-parts-total = Together
bench-col-what = Serial or quantity
bench-col-sent = Sent
bench-col-back = Back
bench-tests = Test after repair
bench-test-nth = Test { $count }
bench-unit = This unit
bench-likely-back = Likely back with the customer on { $date }

# Steps of a test.
test-step-power = Power-on self-test
test-step-function = Function test, every port, no errors
test-step-burn-in = Burn-in
test-step-data = Customer data erased
test-step-other = Another step
test-step-verdict = Its verdict
test-step-evidence = Evidence: value, log
test-whole = The whole test (left open: what the steps say)
step-result-pass = Pass
step-result-fail = Fail
step-result-not_applicable = N/A
field-step_failed = A step was failed, so the test was not passed.
bench-where = Now at: { $place }
outcome-does-repaired = Good again: to be tested and returned
outcome-does-repairable = The repair can begin, here or at the maker
outcome-does-nff = Returned as it is, counts as repaired; a second time is pointed out
outcome-does-ber = The repair ends; the manager decides on an exchange, promised within 30 days
field-vendor-hint = The promise runs on while it is away; the chance of being late then follows how long this maker took before.
