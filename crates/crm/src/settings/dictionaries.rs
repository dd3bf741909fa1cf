//! The words a new company begins with (CUZ-01). The administrator adds, renames, disables.

use guanxi_model::system::DictionaryEntry;
use guanxi_model::tx::record_of;
use guanxi_model::{Result, Tx};

/// Code, Chinese name, English name.
type Word = (&'static str, &'static str, &'static str);

/// A dictionary, its words, and words kept for other naming sets, disabled at first (AM-05).
struct Dictionary {
    name: &'static str,
    words: &'static [Word],
    spare: &'static [Word],
}

const fn dictionary(name: &'static str, words: &'static [Word]) -> Dictionary {
    Dictionary { name, words, spare: &[] }
}

const DICTIONARIES: &[Dictionary] = &[
    Dictionary {
        name: "lifecycle",
        words: &[("potential", "潜在客户", "Potential"), ("intent", "意向客户", "Intent"), ("official", "正式客户", "Official")],
        spare: &[
            ("prospect", "准客户", "Prospect"),
            ("signed", "签约客户", "Signed"),
            ("actual", "现实客户", "Actual"),
            ("dormant", "休眠客户", "Dormant"),
        ],
    },
    dictionary(
        "industry",
        &[
            ("manufacturing", "制造业", "Manufacturing"),
            ("machinery", "机械设备", "Machinery"),
            ("electronics", "电子电器", "Electronics"),
            ("it", "信息技术", "Information technology"),
            ("construction", "建筑工程", "Construction"),
            ("building_materials", "建材防水", "Building materials"),
            ("real_estate", "房地产", "Real estate"),
            ("trade", "贸易批发", "Trade and wholesale"),
            ("retail", "零售", "Retail"),
            ("logistics", "物流运输", "Logistics"),
            ("finance", "金融保险", "Finance and insurance"),
            ("education", "教育培训", "Education"),
            ("healthcare", "医药健康", "Healthcare"),
            ("food", "食品饮料", "Food and beverages"),
            ("agriculture", "农林牧渔", "Agriculture"),
            ("energy", "能源环保", "Energy and environment"),
            ("chemicals", "化工材料", "Chemicals"),
            ("textiles", "纺织服装", "Textiles"),
            ("hospitality", "酒店餐饮", "Hotels and restaurants"),
            ("services", "商务服务", "Business services"),
            ("government", "政府事业单位", "Public sector"),
            ("other", "其他", "Other"),
        ],
    ),
    dictionary(
        "company_size",
        &[
            ("micro", "20人以下", "Under 20"),
            ("small", "20–99人", "20–99"),
            ("medium", "100–499人", "100–499"),
            ("large", "500–999人", "500–999"),
            ("giant", "1000人以上", "1,000 and more"),
        ],
    ),
    dictionary(
        "customer_source",
        &[
            ("telephone", "电话开发", "Cold call"),
            ("visit", "上门拜访", "Visit"),
            ("website", "公司网站", "Web site"),
            ("search", "网络搜索", "Search engine"),
            ("advertising", "广告", "Advertising"),
            ("exhibition", "展会", "Exhibition"),
            ("referral", "客户介绍", "Referral"),
            ("partner", "合作伙伴", "Partner"),
            ("social", "社交媒体", "Social media"),
            ("market_research", "市场调研", "Market research"),
            ("questionnaire", "问卷订阅", "Questionnaire or subscription"),
            ("walk_in", "客户来访", "Walk-in"),
            ("sales_record", "销售记录", "Sales records"),
            ("purchase_record", "购买记录", "Purchase records"),
            ("customer_feedback", "客户反馈", "Customer feedback"),
            ("other", "其他", "Other"),
        ],
    ),
    dictionary(
        "relation_type",
        &[
            ("customer", "客户", "Customer"),
            ("dealer", "经销商", "Dealer"),
            ("agent", "代理商", "Agent"),
            ("supplier", "供应商", "Supplier"),
            ("partner", "合作伙伴", "Partner"),
            ("investor", "投资者", "Investor"),
            ("competitor", "竞争对手", "Competitor"),
            ("authority", "主管机构", "Authority"),
        ],
    ),
    dictionary(
        "customer_intention",
        &[
            ("strong", "意向强烈", "Strong"),
            ("interested", "有意向", "Interested"),
            ("undecided", "待定", "Undecided"),
            ("weak", "意向较弱", "Weak"),
            ("none", "无意向", "None"),
        ],
    ),
    dictionary(
        "customer_status",
        &[
            ("new", "新客户", "New"),
            ("contacting", "联系中", "In contact"),
            ("negotiating", "洽谈中", "Negotiating"),
            ("won", "已成交", "Closed won"),
            ("cooperating", "合作中", "Cooperating"),
            ("lost", "已流失", "Lost"),
        ],
    ),
    dictionary(
        "customer_class",
        &[
            ("no_trade", "无交易客户", "No trade"),
            ("traded", "有交易客户", "Traded"),
            ("active", "活跃客户", "Active"),
            ("key", "大客户", "Key account"),
            ("project", "项目客户", "Project customer"),
            ("authority", "船公司/港口/海关/商检", "Carriers, ports, customs"),
        ],
    ),
    dictionary("abc_class", &[("a", "A类", "A"), ("b", "B类", "B"), ("c", "C类", "C")]),
    dictionary(
        "value_class",
        &[
            ("key", "重点客户", "Key"),
            ("high_value", "高价值客户", "High value"),
            ("potential", "潜力客户", "High potential"),
            ("general", "一般客户", "General"),
        ],
    ),
    dictionary("customer_grade", &[("s", "S级", "S"), ("a", "A级", "A"), ("b", "B级", "B"), ("c", "C级", "C"), ("d", "D级", "D")]),
    dictionary(
        "customer_tag",
        &[
            ("vip", "VIP", "VIP"),
            ("listed", "上市公司", "Listed company"),
            ("state_owned", "国有企业", "State-owned"),
            ("foreign", "外资企业", "Foreign-invested"),
            ("high_tech", "高新技术企业", "High-tech"),
            ("price_sensitive", "价格敏感", "Price-sensitive"),
            ("quick_decision", "决策快", "Quick to decide"),
        ],
    ),
    dictionary(
        "product_category",
        &[
            ("software", "软件产品", "Software"),
            ("hardware", "硬件设备", "Hardware"),
            ("service", "技术服务", "Services"),
            ("solution", "解决方案", "Solutions"),
            ("training", "培训", "Training"),
            ("spare_parts", "配件耗材", "Parts and supplies"),
        ],
    ),
    dictionary("archive_category", &[("time", "按时间", "By time"), ("project", "按项目", "By project")]),
    dictionary(
        "invalid_reason",
        &[
            ("dead_number", "空号", "Dead number"),
            ("changed_trade", "转行", "Changed line of business"),
            ("suspended", "停机", "Disconnected"),
            ("closed", "已注销", "Closed down"),
            ("other", "其他", "Other"),
        ],
    ),
    dictionary(
        "payment_method",
        &[
            ("transfer", "银行转账", "Bank transfer"),
            ("cash", "现金", "Cash"),
            ("draft", "承兑汇票", "Acceptance draft"),
            ("cheque", "支票", "Cheque"),
            ("online", "在线支付", "Online payment"),
            ("monthly", "月结", "Monthly settlement"),
        ],
    ),
    dictionary(
        "payment_attitude",
        &[("prompt", "付款及时", "Prompt"), ("usual", "付款正常", "Usual"), ("slow", "付款拖延", "Slow"), ("bad", "信用不良", "Bad")],
    ),
    dictionary(
        "education",
        &[
            ("secondary", "高中及以下", "Secondary"),
            ("college", "大专", "College"),
            ("bachelor", "本科", "Bachelor"),
            ("master", "硕士", "Master"),
            ("doctor", "博士", "Doctor"),
        ],
    ),
    dictionary("marital_status", &[("single", "未婚", "Single"), ("married", "已婚", "Married"), ("divorced", "离异", "Divorced")]),
    dictionary(
        "contact_group",
        &[
            ("decision", "决策层", "Decision makers"),
            ("technical", "技术", "Technical"),
            ("purchasing", "采购", "Purchasing"),
            ("finance", "财务", "Finance"),
            ("friends", "私人朋友", "Friends"),
        ],
    ),
    dictionary(
        "contact_tag",
        &[
            ("supporter", "支持者", "Supporter"),
            ("neutral", "中立者", "Neutral"),
            ("opponent", "反对者", "Opponent"),
            ("gift", "节日问候", "Greetings"),
        ],
    ),
    dictionary(
        "registration_mode",
        &[
            ("telephone", "电话登记", "Telephone"),
            ("web_form", "网站注册", "Web form"),
            ("on_site", "现场登记", "On site"),
            ("import", "批量导入", "Import"),
            ("staff", "员工录入", "Entered by staff"),
        ],
    ),
    dictionary(
        "media_source",
        &[
            ("baidu", "百度", "Baidu"),
            ("wechat", "微信", "WeChat"),
            ("douyin", "抖音", "Douyin"),
            ("weibo", "微博", "Weibo"),
            ("newspaper", "报纸杂志", "Press"),
            ("tv", "电视广播", "Television and radio"),
            ("outdoor", "户外广告", "Outdoor"),
            ("word_of_mouth", "口碑", "Word of mouth"),
        ],
    ),
    dictionary(
        "channel",
        &[
            ("call", "电话", "Telephone"),
            ("visit", "面访", "Face to face"),
            ("email", "电子邮件", "E-mail"),
            ("chat", "在线聊天", "Chat"),
            ("sms", "短信", "SMS"),
            ("meeting", "会议", "Meeting"),
            ("fax", "传真", "Fax"),
            ("web", "网站", "Web"),
            ("social", "社交媒体", "Social media"),
            ("partner", "合作伙伴", "Partner"),
        ],
    ),
    dictionary(
        "matter_type",
        &[
            ("presales", "售前咨询", "Presales consultation"),
            ("follow_up", "销售跟进", "Sales follow-up"),
            ("complaint", "客户投诉", "Complaint"),
            ("service", "售后服务", "After-sales service"),
            ("care", "客户关怀", "Customer care"),
            ("other", "其他", "Other"),
        ],
    ),
    dictionary(
        "follow_up_type",
        &[
            ("visit", "面访", "Visit"),
            ("call", "电话沟通", "Telephone"),
            ("objection", "异议处理", "Objection handling"),
            ("other", "其他", "Other"),
        ],
    ),
    dictionary(
        "hot_topic",
        &[
            ("price", "价格", "Price"),
            ("quality", "质量", "Quality"),
            ("delivery", "交期", "Delivery"),
            ("competitor", "竞品", "Competition"),
            ("service", "服务", "Service"),
            ("payment", "付款", "Payment"),
        ],
    ),
    dictionary(
        "exchange_custom",
        &[
            ("brochure", "已寄资料", "Brochure sent"),
            ("sample", "已寄样品", "Sample sent"),
            ("demonstration", "已做演示", "Demonstration given"),
            ("quotation", "已报价", "Quotation given"),
            ("inspection", "已考察", "Site inspected"),
            ("trial", "试用中", "On trial"),
        ],
    ),
    dictionary(
        "product_info",
        &[
            ("model", "型号规格", "Model and specification"),
            ("price", "价格政策", "Prices"),
            ("packaging", "包装运输", "Packaging and transport"),
            ("delivery", "交货期", "Delivery time"),
            ("warranty", "质保售后", "Warranty"),
            ("accessories", "配件耗材", "Accessories"),
        ],
    ),
    dictionary(
        "plan_type",
        &[
            ("daily", "日计划", "Daily plan"),
            ("weekly", "周计划", "Weekly plan"),
            ("monthly", "月计划", "Monthly plan"),
            ("visit", "拜访计划", "Visits"),
            ("promotion", "促销计划", "Promotion"),
        ],
    ),
    dictionary(
        "plan_setting",
        &[
            ("remind_day", "提前一天提醒", "Remind a day before"),
            ("remind_hour", "提前一小时提醒", "Remind an hour before"),
            ("review", "须上级审阅", "Reviewed by the superior"),
            ("repeat", "每周重复", "Every week"),
        ],
    ),
];

/// Colours of lifecycles and classes.
fn color(dictionary: &str, code: &str) -> Option<String> {
    let color = match (dictionary, code) {
        ("lifecycle", "potential" | "prospect") | ("value_class", "potential") => "blue",
        ("lifecycle", "intent") | ("customer_class", "active") | ("customer_intention", "strong") => "orange",
        ("lifecycle", "official" | "signed" | "actual") | ("customer_status", "won") => "green",
        ("customer_class" | "value_class", "key") => "red",
        _ => return None,
    };
    Some(color.to_owned())
}

/// How customers of a class are looked after, to begin with (CUS-24), in Chinese and English.
fn note(dictionary: &str, code: &str) -> Option<(&'static str, &'static str)> {
    Some(match (dictionary, code) {
        ("value_class", "key") => ("每周联系，上级参与，优先资源", "Weekly contact, a superior takes part, first call on resources"),
        ("value_class", "high_value") => ("每两周联系，重点维护，防止流失", "Contact every two weeks, kept with special care"),
        ("value_class", "potential") => ("每月联系，挖掘需求，推动转化", "Monthly contact: find out needs, win the business"),
        ("value_class", "general") => ("每季度联系，常规维护", "Contact once a quarter, ordinary care"),
        _ => return None,
    })
}

/// Writes every dictionary.
pub fn seed(tx: &mut dyn Tx) -> Result<()> {
    let catalog = tx.catalog().clone();
    for dictionary in DICTIONARIES {
        let words = dictionary.words.iter().map(|word| (word, false));
        let all = words.chain(dictionary.spare.iter().map(|word| (word, true)));
        for (position, ((code, name, english), disabled)) in (1_i64..).zip(all) {
            let entry = DictionaryEntry {
                dictionary: dictionary.name.to_owned(),
                code: (*code).to_owned(),
                name: (*name).to_owned(),
                name_en: Some((*english).to_owned()),
                position,
                disabled,
                color: color(dictionary.name, code),
                note: note(dictionary.name, code).map(|(zh, _)| zh.to_owned()),
                note_en: note(dictionary.name, code).map(|(_, en)| en.to_owned()),
            };
            tx.insert(record_of(&catalog, entry)?, "seed")?;
        }
    }
    Ok(())
}

/// The names of the dictionaries shipped.
pub fn names() -> Vec<&'static str> {
    DICTIONARIES.iter().map(|dictionary| dictionary.name).collect()
}

/// The codes a dictionary begins with, the disabled ones left out.
pub fn codes(name: &str) -> Vec<&'static str> {
    let found = DICTIONARIES.iter().find(|dictionary| dictionary.name == name);
    found.map(|dictionary| dictionary.words.iter().map(|(code, _, _)| *code).collect()).unwrap_or_default()
}
