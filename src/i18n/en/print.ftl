# Paper: labels, hand-over sheets, delivery notes.

print-bins = Print bin labels
