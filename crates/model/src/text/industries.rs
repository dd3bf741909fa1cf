//! Words that say what a firm does, as they stand in Chinese company names.

use std::sync::LazyLock;

use foldhash::HashMap;

/// Industry words, simplified, separated by white space; the order does not matter.
const WORDS: &str = "
科技 技术 信息 信息技术 网络 网络科技 软件 计算机 电脑 互联网 物联网 数据 大数据 人工智能 智能 智能科技 智能装备 数码 数字 通信 通讯
电子 电子商务 电子科技 电器 电气 电机 电力 电缆 电线 电源 半导体 集成电路 芯片 光电 光学 仪器 仪表 仪器仪表 自动化 机器人 传感器 测控
机械 机电 机床 机械制造 机械设备 设备 装备 装备制造 制造 加工 模具 五金 工具 轴承 阀门 泵业 水泵 压缩机 锅炉 电梯 起重机 工程机械 紧固件
汽车 汽车零部件 汽车配件 汽车销售 汽车服务 汽车租赁 汽配 零部件 配件 摩托车 电动车 新能源汽车 轮胎 船舶 造船 航空 航天 航空航天 轨道交通
钢铁 钢结构 金属 金属制品 有色金属 铝业 铜业 不锈钢 铸造 锻造 冶金 矿业 煤炭 煤业 石油 石化 石油化工 天然气 燃气 能源 新能源 光伏 太阳能 风电 储能 电池 环保 环境 环境工程 节能 环保科技 水务 水处理 再生资源 资源
化工 化学 精细化工 涂料 油漆 塑料 塑胶 橡胶 橡塑 玻璃 陶瓷 水泥 建材 建筑材料 装饰材料 新材料 材料 材料科技 复合材料 石材 木业 家具 家居 家居用品 门窗 卫浴 洁具 地板 照明 灯饰 灯具
建筑 建设 建筑工程 建设工程 工程 工程技术 工程建设 工程咨询 工程管理 市政工程 园林 园林绿化 园林景观 景观 路桥 公路 水利 消防 消防工程 装饰 装饰工程 装饰装修 装修 装潢 幕墙 防水 安装 机电工程 设计 建筑设计 规划设计 勘察 测绘 监理
房地产 房地产开发 置业 地产 房产 物业 物业管理 物业服务 租赁 房屋租赁 酒店 酒店管理 宾馆 旅行社 旅游 国际旅行社 旅游开发 餐饮 餐饮管理 餐饮服务 饮食 饭店 酒楼 咖啡 烘焙
食品 食品科技 食品饮料 饮料 酒业 酿酒 白酒 啤酒 茶业 茶叶 乳业 粮油 粮食 油脂 面粉 肉类 水产 海产 水产品 农业 农业科技 农业开发 农产品 农牧 牧业 畜牧 养殖 种植 种业 饲料 肥料 化肥 农药 农机 林业 花卉 果业 蔬菜 果蔬 生态农业 生态
医药 制药 药业 生物 生物科技 生物技术 生物医药 医疗 医疗器械 医疗科技 器械 健康 健康管理 健康科技 大药房 药房 保健品 化妆品 美容 美发 美容美发 日化 日用品
服装 服饰 纺织 纺织品 针织 制衣 印染 面料 家纺 鞋业 鞋服 皮革 皮具 箱包 珠宝 首饰 钟表 眼镜 玩具 工艺品 礼品 文具 文化用品 办公用品 办公设备 体育用品 体育 户外用品 纸业 造纸 包装 包装材料 印刷 印务 塑料制品 制品
贸易 商贸 国际贸易 进出口 进出口贸易 实业 工贸 商业 百货 超市 超级市场 零售 批发 供应链 供应链管理 物流 国际物流 货运 货运代理 国际货运代理 运输 快递 速递 仓储 仓储物流 交通运输 客运 航运 港务 港口 冷链
广告 广告传媒 传媒 文化 文化传媒 文化传播 文化发展 文化艺术 影视 影业 影视文化 娱乐 动漫 游戏 演艺 会展 展览 展览展示 会议 会议服务 策划 营销 营销策划 市场营销 品牌管理 公关 出版 图书 艺术 摄影 婚庆
咨询 管理咨询 企业管理 企业管理咨询 商务咨询 信息咨询 技术咨询 财务咨询 财务 会计 税务 代理记账 法律咨询 知识产权 知识产权代理 人力资源 人力资源服务 劳务 劳务派遣 人才 保安 保安服务 保洁 清洁 家政 家政服务 商务 商务服务 企业服务 技术服务 技术开发 信息服务 服务 管理 资产管理 管理服务 检测 检测技术 认证
投资 投资管理 创业投资 股权投资 控股 投资控股 资本 基金 基金管理 金融 金融服务 证券 期货 保险 财产保险 人寿保险 保险经纪 保险代理 信托 融资租赁 担保 融资担保 小额贷款 典当 拍卖 资产 支付 银行 农商银行 农村商业银行 村镇银行 信用社 典当行
教育 教育科技 教育咨询 培训 职业培训 教学设备 养老 养老服务 殡葬 农资 开发 发展 科技发展 经贸 产业 工业 重工 重科 轻工 电商 空调 制冷 制冷设备 暖通 热力 供热 供水 自来水 安防 监控 系统集成 系统 云计算 区块链 电信 移动通信 广播 卫星 导航 地理信息 激光 超声 真空 焊接 喷涂 表面处理 电镀 标识 衡器 量具 液压 气动 密封 管道 管业 管材 型材 线缆 电控 变压器 开关 继电器 电容器 磁材 磁业
";

/// Industry words by their last character, the longest first.
static INDUSTRIES: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    let mut by_last: HashMap<char, Vec<&'static str>> = HashMap::default();
    for word in WORDS.split_whitespace() {
        by_last.entry(word.chars().next_back().unwrap_or_default()).or_default().push(word);
    }
    by_last.values_mut().for_each(|words| words.sort_by_key(|word| std::cmp::Reverse(word.len())));
    by_last
});

/// Cuts the industry words off the end of a name: what stands before them, and they.
/// Either may be empty.
pub(super) fn split_industry(name: &str) -> (&str, &str) {
    let mut end = name.len();
    while let Some(length) = name.get(..end).and_then(industry_at_end) {
        end -= length;
    }
    name.split_at_checked(end).unwrap_or((name, ""))
}

/// Length in bytes of the longest industry word with which the name ends.
fn industry_at_end(name: &str) -> Option<usize> {
    INDUSTRIES.get(&name.chars().next_back()?)?.iter().find(|word| name.ends_with(**word)).map(|word| word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn industry_words_are_cut_off_the_end_together() {
        assert_eq!(split_industry("春意空调"), ("春意", "空调"));
        assert_eq!(split_industry("云杉信息技术服务"), ("云杉", "信息技术服务"));
        assert_eq!(split_industry("科技"), ("", "科技"));
        assert_eq!(split_industry("云杉"), ("云杉", ""));
        assert_eq!(split_industry(""), ("", ""));
    }
}
