# 备件库之间的调拨。

transfers-sub = 从一个备件库到另一个，直到每一件都有着落。
transfers-new = 新建调拨
transfers-new-sub = 按料号要货，或按序列号指定某一件；由调出库同意并发出。
transfers-none = 没有调拨单
transfers-none-text = 可以新建一张，也可以看建议调拨：哪里高于安全库存，就调给缺的库。
transfer-number = 调拨单
transfer-way = 调出 → 调入
transfer-age = 在途
transfer-days = { $n ->
   *[other] { $count } 天
}
transfer-days-long = { $n ->
   *[other] 已在途 { $count } 天。
}
transfer-outstanding = 未到
transfer-note = 备注
transfer-asked = 申请
transfer-approved = 同意人
transfer-from = 调出库
transfer-to = 调入库
transfer-quantity = 数量
transfer-what = 第 { $n } 行：料号或序列号
transfer-what-quantity = 第 { $n } 行：数量
transfer-more-lines = 更多行
transfer-request = 申请调拨
transfer-left = 发出
transfer-arrived = 到货
transfer-scan = 就绪：请扫描箱内的件
transfer-to-decide = { $n ->
   *[other] 还有 { $count } 件没有扫到
}
transfer-each = 须逐件决定
transfer-each-missing = 没有扫到的每一件都要决定怎么处理。什么都没有入账。
transfer-decision = 怎么处理
transfer-d-arrived = 已到，放入
transfer-d-stay = 箱内没有，留在途
transfer-d-returned = 其实没发，退回
transfer-d-lost = 确认遗失，转出账面
transfer-how-many = 其中几件
transfer-bin = 放入库位（可不填）
transfer-reason = 原因（确认遗失时必填）
transfer-more = 箱内还有
transfer-more-hint = 单上没有的序列号，每行一个。放入待检区，并通知调出库。
transfer-receive = 按以上决定收货
transfer-unexpected = { $n ->
   *[other] 多 { $count } 件
}
transfer-unexpected-text = 不论账上在哪里，都已记入待检；已发邮件通知调出库。
transfer-on-road = { $n ->
   *[other] 在途 { $count } 件
}
transfer-came = { $n ->
   *[other] 已对上 { $count } 件
}
transfer-lines = 申请内容
transfer-sent = 已发
transfer-matched = 对上
transfer-missing = 缺
transfer-expected = 应到
transfer-extra = 多
transfer-account = 件数核对
transfer-books = 账上怎么记
transfer-booked-in = 在途 →
transfer-booked-road = 留在途
transfer-booked-back = 在途 →
transfer-booked-lost = 确认遗失
transfer-books-note = 在途的件不算任何一库的库存。流水写了不能改，只能红冲。
transfer-facts = 单据信息
transfer-serials = 箱内序列号
transfer-serials-hint = 每行一个；也可以在「扫码 · 发件」里扫。可以少发。
transfer-do-approve = 同意调拨
transfer-do-dispatch = 发出
transfer-do-cancel = 取消调拨
suggest-title = 建议调拨
suggest-text = 先调拨后采购：高于自己安全库存的库，调给不够的库；在途的已经算进去。
suggest-all = 全部 { $count } 笔
suggest-none = 没有要调的
suggest-none-text = 各库都够安全库存，或者没有哪个库能给。
suggest-buy = 没有库能给，须采购
suggest-make = 申请调拨
suggest-note = 低于安全库存
print-transfer = 调拨交接单
print-transfer-sub = 随货同行，两库各留一份

# 调拨的影响。
preview-title = 调出与剩余
preview-none = 选择调出库和物料后，这里显示调出后还剩多少可用。
preview-leaves = 调出
preview-available = 现有可用
preview-remains = 剩余可用
preview-unknown = 查无此项
preview-short = 不足
transfer-d-on-way = 已发出，在路上
transfer-waits-for = 等 { $depot } 收货。货到后由他们扫码核对，缺件也由他们先登记。
transfer-not-sent = 有件其实没有发出
transfer-settle = 把没发的件记回本库
suggest-all-text = 从 { $depots } 个库调出 { $pieces } 件，即可补齐下列缺口。
suggest-make-all = { $n ->
   *[other] 全部申请（{ $n } 张）
}
said-suggested = { $n ->
   *[other] 已申请 { $n } 张调拨单，等待批准。
}
