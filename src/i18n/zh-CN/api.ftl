# 请求还没到规则那里就出的错。键 = problem- 加代码；标题按 HTTP 状态码。

problem-malformed = 读不懂这个请求：{ $reason }。请改正后再发。
problem-unknown_parameter = 这个地址没有参数“{ $name }”。{ $any ->
    [no] 它不带任何参数。
   *[yes] 可用的参数：{ $known }。
}
problem-bad_cursor = 这个翻页标记不属于这个列表。请不带标记从头开始。
problem-bad_idempotency_key = Idempotency-Key 须为 1 到 64 个可打印的 ASCII 字符，只发一个。
problem-not_signed_in = 您还没有登录，或者登录、令牌已过期。请登录后再试。
problem-csrf_failed = 这个请求不是从有效的页面发出的。请刷新页面后再试。
problem-no_such_address = 这个地址下没有内容。可用的地址见 /api/docs。
problem-method_not_allowed = 这个地址不支持该方法，支持的有：{ $allowed }。
problem-too_large = 内容太大，最多 { $size }。请分批发送。
problem-unsupported_media_type = 这个地址不接受这种 Content-Type，接受哪些见 /api/docs。
problem-too_many_requests = 尝试次数太多，请等 { $seconds } 秒再试。
problem-outcome_unknown = 保存时连接断了，不知道是否已存上。请用同一个 Idempotency-Key 再发一次，只会生效一次。
problem-try_again = 系统正忙，什么都没有改动。请稍后再试。
problem-storage_full = 数据库所在的磁盘已满，这次什么都没有保存；查看不受影响。请通知管理员腾出空间后再试。
problem-internal = 系统出错了。请把这个请求的编号告诉管理员。

problem-title-400 = 读不懂这个请求
problem-title-401 = 未登录
problem-title-403 = 没有权限
problem-title-404 = 没有找到
problem-title-405 = 方法不支持
problem-title-409 = 规则不允许
problem-title-412 = 已被别人修改
problem-title-413 = 内容太大
problem-title-415 = 内容类型不对
problem-title-422 = 有几处需要改正
problem-title-429 = 尝试次数太多
problem-title-500 = 系统出错
problem-title-503 = 请稍后再试
problem-title-507 = 磁盘已满
