# 盘点。

counts-sub = 按实物盘；扫码时与账面核对，由另一个人批准。
counts-new-sub = 可以盘整个备件库，也可以只盘几个库位。开单人和盘点人不能批准自己的盘点。
counts-none = 没有盘点单
counts-none-text = 为一个备件库或几个库位新建盘点，然后扫描看到的件。
count-number = 盘点单
count-seen = 盘到
count-opened = 开单
count-decided = 审批
count-counters = 盘点人
count-bins = 只盘这些库位（不填：整个备件库）
count-bins-hint = 库位编号，每行一个，例如 A1-01。
count-open = 开始盘点
count-cancel = 取消盘点
count-places = { $n ->
   *[other] { $count } 个库位
}
count-go-on = 去扫码盘点
count-agreeing = 账实相符的库位
count-differences = 差异
count-blind = 盲盘进行中
count-blind-text = 账面数只给批准的第二个人看；盘点结束后大家都能看到。
count-booked = 账面
count-counted = 实盘
count-by = 差
count-clue = 流水里的线索
count-no-clue = 流水里没有解释
count-none-differs = 盘到的都与账面相符。
count-not-seen = 不属于我们、也没有看到的单件
count-not-seen-text = 账上在这里。批准时不改账，每件列入异常待查。
count-uncounted = 没有盘到的数量件
count-uncounted-text = 只列出，不改账。可以补盘，也可以不动。
count-exceptions-text = 在这里看到，但账上在别处或没有。盘点不会改它们，请逐件按对应的办法处理。
count-to-exceptions = 去处理
count-writes = 批准后写入的流水
count-wrote = 已写入的流水
count-from = 从
count-to = 到
count-approval = 批准
count-needs-manager = 须由没有参加盘点的售后负责人批准。
count-needs-done = 还在盘点。先确认「盘完了」，再批准差异。
count-needs-second = 这次盘点是您开单或盘点的，须由另一个人批准。
count-approve = { $n ->
    [0] 批准：没有差异
   *[other] 批准 { $count } 处差异
}
count-approve-hint = 每处差异写一条流水，不能改，只能红冲。
count-done = 盘完了
count-done-title = 盘完了吗？
count-done-text = 交给另一个人批准。之后再扫一件，就回到盘点中。
count-waits = 待批准
count-done-by = { $who } 已盘完，等另一个人批准。
count-say-missing = { $n } 件没有盘到，记为遗失
count-say-moved = { $n } 件改到看到的库位
count-say-few = 数量件少 { $count }，转出账面
count-say-many = 数量件多 { $count }，补入账面
count-say-nothing = 没有差异，不写流水。
