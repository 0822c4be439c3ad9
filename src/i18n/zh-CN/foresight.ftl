# 预计交还的日子，换等效板的提议。

clock-forecast-range = 按同料号、同厂商的维修推算，多半在 { $likely } 前后交还，大致在 { $early } 至 { $late } 之间。
clock-forecast-open = 按同料号、同厂商的维修推算，多半在 { $likely } 前后交还，最早 { $early }；最晚到什么时候还说不准。

track-forecast = 按同类维修的经验，大约在 { $from }至 { $to }之间还给您。
track-forecast-day = 按同类维修的经验，大约在 { $date }还给您。
track-forecast-open = 按同类维修的经验，最早在 { $from }前后还给您；最晚到什么时候，现在还说不准。
track-ahead = 预计提前

proposal-title-early = 误期概率尚未算出，可以换一块等效板
proposal-title-late = 维修已超期，可以换一块等效板
proposal-title = 误期概率 { $percent } %，可以换一块等效板
proposal-where = 在{ $depot }，{ $date } 可送到
proposal-until = { $decide } 前决定，并在 { $deliver } 前换到，仍守得住三十天补救的承诺。
proposal-accept = 预占这块板并决定更换
proposal-notice = 客户会收到的通知
proposal-notice-text = 这是接受方案后立即发给客户的邮件。现在只是预览，没有保存，也没有发送。
proposal-notice-nobody = 这位客户没有邮箱，不会收到邮件。
proposal-notice-to = 收件人：{ $to }
proposal-board = 换给客户的板
