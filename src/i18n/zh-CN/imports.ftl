# 表格导入页。某一行为什么被拒，见 import.ftl。

nav-imports = 导入

imports-sub = 把表格导入系统。先检查，您确认之前不写入任何数据。
imports-kind = 导入什么
imports-kind-depots = 备件库
imports-kind-parts = 物料
imports-kind-customers = 客户
imports-kind-stock = 库存
imports-kind-rma-history = 返修历史
imports-about-depots = 备件库和库位
imports-about-parts = 料号、名称、可替代的物料
imports-about-customers = 客户，每家一位联系人
imports-about-stock = 启用当天各处的库存
imports-about-rma-history = 启用之前的返修单，含未结的
imports-file = 文件
imports-choose = CSV（UTF-8 或 GB18030）或 XLSX
imports-hint = 列名中英文都认，顺序不限。文件不超过 { $n } MB。
imports-check = 检查文件
imports-nothing-yet = 这一步不写入数据。
imports-no-file = 请选择一个有内容的文件。

imports-tried = 试导入结果
imports-done = 导入完成
imports-rows = { $n } 行
imports-nothing-written = 还没有写入任何数据
imports-another = 换文件
imports-accepted = 新建或有变化
imports-accepted-done = 已写入
imports-unchanged = 已存在，不变
imports-refused = 拒绝
imports-all-known = 这些内容系统里都已经有了，没有需要导入的。
imports-none-sound = 没有一行可以导入。请改好以后重新上传。
imports-skip = 将跳过被拒的 { $n } 行。请下载下来，改好后再导入。
imports-commit = 导入 { $n } 行
imports-twice = 同一个文件导两次，第二次什么也不变。
imports-written = 已写入 { $n } 行。
imports-held-back = 没有写入：您查看之后又有行被拒。请重新查看。
imports-refused-rows = 被拒的 { $n } 行
imports-download = 下载被拒的行
imports-col-row = 行
imports-col-column = 列
imports-col-why = 原因
imports-hidden = 其余 { $n } 处见下载的文件。
imports-remarks = 已导入，但请留意
imports-ignored = 不认识、没有读取的列：
