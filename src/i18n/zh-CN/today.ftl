# 库管员的一天。

nav-today = 今日任务
nav-today-short = 任务
today-scan = 扫码收件
today-coming = 应收
today-leaving = 待发
today-approve = 等您同意的调拨
today-road = 在途到本库
today-settle = 等人处理
today-owed = 逾期未还的故障件
today-low = 低于安全库存
today-all = 全部
today-more = { $n ->
   *[other] 另有 { $count } 项
}
today-nothing = 目前没有。
tile-coming = 应收
tile-leaving = 待发
tile-approve = 待同意
tile-settle = 待处理
tile-owed = 逾期故障件
stock-own = 本库
stock-everywhere = 全部备件库
stock-set-points = 设定安全库存
keys-title = 键盘快捷键
keys-text = 扫码枪打字比手快：它打出来的是扫码，不会触发快捷键。可以在「我的账户」里关掉快捷键。
keys-close = 关闭
point-title = 安全库存
point-quantity = 可用良品不少于
point-hint = 低于此数即为缺货。留空则取消安全库存。
point-save = 设定安全库存
