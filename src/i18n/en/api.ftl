# Errors between the request and the rule. Key = problem- + code; titles by HTTP status.

problem-malformed = The request cannot be read: { $reason }. Correct it and send again.
problem-unknown_parameter = This address does not know the parameter “{ $name }”. { $any ->
    [no] It takes none.
   *[yes] It knows: { $known }.
}
problem-bad_cursor = This cursor does not belong to this list. Begin again without a cursor.
problem-bad_idempotency_key = The Idempotency-Key must be 1 to 64 printable ASCII characters, sent once.
problem-not_signed_in = You are not signed in, or your session or token has ended. Sign in and try again.
problem-csrf_failed = This did not come from a page of yours that is still valid. Reload the page and try again.
problem-no_such_address = There is nothing at this address. The addresses there are stand in /api/docs.
problem-method_not_allowed = This address does not know that method. It knows: { $allowed }.
problem-too_large = The request is too large: at most { $size }. Send it in parts.
problem-unsupported_media_type = This address does not read this Content-Type; /api/docs tells which ones it reads.
problem-too_many_requests = Too many attempts. Please wait { $seconds } seconds and try again.
problem-outcome_unknown = The connection broke while saving, so we do not know whether it was saved. Send it again with the same Idempotency-Key; it takes effect only once.
problem-try_again = The system is busy. Nothing was changed; please try again in a moment.
problem-storage_full = The disk of the database is full: nothing was saved. Reading still works. Please tell an administrator to make room, then try again.
problem-internal = Something went wrong on our side. Please tell an administrator the number of this request.

problem-title-400 = The request cannot be read
problem-title-401 = Not signed in
problem-title-403 = Not allowed
problem-title-404 = Not found
problem-title-405 = Method not allowed
problem-title-409 = A rule stands in the way
problem-title-412 = Changed in the meantime
problem-title-413 = Too large
problem-title-415 = Wrong type of content
problem-title-422 = Please correct some fields
problem-title-429 = Too many attempts
problem-title-500 = A fault on our side
problem-title-503 = Please try again
problem-title-507 = The disk is full
