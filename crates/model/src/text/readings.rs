//! The pinyin of characters that are read in more than one way, as far as names need it.
//!
//! The dictionary behind the `pinyin` crate knows many readings nobody types (京 as yuan);
//! taking all of them would fill the index with noise. Here stand the characters whose other
//! readings do occur in names of people, places and firms, the words that settle the reading,
//! and the surnames with a reading of their own. Syllables are without tones, ü written v.

/// Words that settle how their characters are read: word, then one syllable per character.
pub(super) const WORDS: &str = "
银行 yin hang|商行 shang hang|车行 che hang|洋行 yang hang|投行 tou hang|央行 yang hang|分行 fen hang
支行 zhi hang|总行 zong hang|同行 tong hang|行业 hang ye|行家 hang jia|五金行 wu jin hang|琴行 qin hang
旅行 lv xing|出行 chu xing|发行 fa xing|执行 zhi xing|行政 xing zheng|自行车 zi xing che|步行 bu xing
航行 hang xing|通行 tong xing|飞行 fei xing|绿行 lv xing|行动 xing dong|行健 xing jian
重庆 chong qing|重工 zhong gong|重型 zhong xing|重机 zhong ji|重点 zhong dian|重卡 zhong ka|重阳 chong yang
起重 qi zhong|贵重 gui zhong|重汽 zhong qi
长安 chang an|长沙 chang sha|长春 chang chun|长江 chang jiang|长城 chang cheng|长虹 chang hong|长兴 chang xing
长治 chang zhi|长宁 chang ning|长乐 chang le|长三角 chang san jiao|长葛 chang ge|长丰 chang feng|长征 chang zheng
长青 chang qing|长远 chang yuan|长久 chang jiu|长荣 chang rong|长期 chang qi|长风 chang feng|长白 chang bai
长清 chang qing|长岭 chang ling|长海 chang hai|长阳 chang yang|长泰 chang tai|长汀 chang ting|长寿 chang shou
长者 zhang zhe|成长 cheng zhang|增长 zeng zhang|家长 jia zhang|校长 xiao zhang|行长 hang zhang|长子县 zhang zi xian
音乐 yin yue|乐清 yue qing|乐器 yue qi|乐队 yue dui|声乐 sheng yue|民乐 min yue|奏乐 zou yue|乐团 yue tuan
快乐 kuai le|娱乐 yu le|乐山 le shan|乐陵 lao ling|乐亭 lao ting|乐园 le yuan|乐视 le shi
成都 cheng du|首都 shou du|都市 du shi|都江 du jiang|都匀 du yun|丰都 feng du|古都 gu du|新都 xin du|江都 jiang du
朝阳 chao yang|朝晖 zhao hui|朝霞 zhao xia|朝鲜 chao xian|今朝 jin zhao|明朝 ming chao
会计 kuai ji|会稽 kuai ji|财会 cai kuai|协会 xie hui|商会 shang hui|会展 hui zhan|会议 hui yi|社会 she hui
单县 shan xian|单位 dan wei|单片 dan pian|单车 dan che|订单 ding dan|解放 jie fang|解决 jie jue|解州 xie zhou
区块 qu kuai|社区 she qu|园区 yuan qu|检查 jian cha|查询 cha xun|曾经 ceng jing|传媒 chuan mei|传播 chuan bo
传动 chuan dong|传感 chuan gan|传奇 chuan qi|传统 chuan tong|传世 chuan shi|传记 zhuan ji|自传 zi zhuan
空调 kong tiao|调味 tiao wei|调节 tiao jie|调试 tiao shi|调料 tiao liao|协调 xie tiao|调查 diao cha|调研 diao yan
西藏 xi zang|藏族 zang zu|藏药 zang yao|收藏 shou cang|珍藏 zhen cang|冷藏 leng cang|贮藏 zhu cang
人参 ren shen|参茸 shen rong|海参 hai shen|党参 dang shen|参考 can kao|参与 can yu|汽车 qi che|便宜 pian yi
便利 bian li|薄荷 bo he|厦门 xia men|大厦 da sha|华厦 hua sha|广厦 guang sha|商厦 shang sha|蚌埠 beng bu|六安 lu an
六合 lu he|大夫 dai fu|大埔 da bu|黄埔 huang pu|青浦 qing pu|漂泊 piao bo|湖泊 hu po|十里堡 shi li pu|堡垒 bao lei
吴堡 wu bu|番禺 pan yu|涡阳 guo yang|荥阳 xing yang|荥经 ying jing|歙县 she xian|筠连 jun lian|莘县 shen xian
莘庄 xin zhuang|铅山 yan shan|洪洞 hong tong|浚县 xun xian|牟平 mu ping|中牟 zhong mu|犍为 qian wei|尉氏 wei shi
郴州 chen zhou|儋州 dan zhou|亳州 bo zhou|台州 tai zhou|丽水 li shui|东阿 dong e|阿胶 e jiao|阿里 a li|百色 bai se
洪泽 hong ze|枞阳 zong yang|漯河 luo he|泌阳 bi yang|黄陂 huang pi|鄱阳 po yang|浍河 hui he|东莞 dong guan
仙居 xian ju|浒墅 xu shu|浒关 xu guan|大栅栏 da shi lan|十堰 shi yan|什刹海 shi cha hai|耒阳 lei yang
盱眙 xu yi|甪直 lu zhi|邗江 han jiang|余姚 yu yao|鄞州 yin zhou|嵊州 sheng zhou|衢州 qu zhou
弹簧 tan huang|子弹 zi dan|弹性 tan xing|效率 xiao lv|绿色 lv se|绿地 lv di|绿城 lv cheng|露天 lu tian
塞外 sai wai|瓶塞 ping sai|色彩 se cai|校准 jiao zhun|校正 jiao zheng|学校 xue xiao|系统 xi tong|关系 guan xi
蔚县 yu xian|蔚来 wei lai|蔚蓝 wei lan|柏林 bo lin|松柏 song bai|黄柏 huang bo|伯乐 bo le|角色 jue se|直角 zhi jiao
觉醒 jue xing|给水 ji shui|供给 gong ji|对称 dui chen|名称 ming cheng|乘用 cheng yong|降解 jiang jie|投降 tou xiang
贝壳 bei ke|地壳 di qiao|落地 luo di|屏幕 ping mu|血液 xue ye|血压 xue ya|阿迪 a di|佛山 fo shan|仿佛 fang fu
大佛 da fo|奇数 ji shu|奇迹 qi ji|卡车 ka che|银行卡 yin hang ka|关卡 guan qia|咖啡 ka fei|咖喱 ga li|瑜伽 yu jia
伽马 ga ma|茄子 qie zi|雪茄 xue jia|率先 shuai xian|地产 di chan|地方 di fang|目的 mu di|了解 liao jie
牛仔 niu zai|仔猪 zi zhu|俞氏 yu shi|纤维 xian wei|拉纤 la qian|沈阳 shen yang|吐鲁番 tu lu fan|沃尔玛 wo er ma
什么 shen me|家什 jia shi|种子 zhong zi|种植 zhong zhi|宿州 su zhou|宿迁 su qian|宿舍 su she|星宿 xing xiu
省市 sheng shi|省级 sheng ji|茂盛 mao sheng|盛装 sheng zhuang|葛洲坝 ge zhou ba|诸葛 zhu ge|鱼虾 yu xia
果脯 guo fu|胸脯 xiong pu|荸荠 bi qi|奔腾 ben teng|龟兹 qiu ci|海龟 hai gui|转动 zhuan dong|石油 shi you
东涌 dong chong|涌金 yong jin|扬州 yang zhou|瓦斯 wa si|娜娜 na na|安娜 an na|万达 wan da|拓展 tuo zhan|拓片 ta pian
开拓 kai tuo|相机 xiang ji|相信 xiang xin|沌口 zhuan kou|厂房 chang fang|广东 guang dong|粘胶 nian jiao|粘合 zhan he
曝光 bao guang|朱家角 zhu jia jiao|期货 qi huo|尾巴 wei ba|济南 ji nan|济宁 ji ning|合肥 he fei|和平 he ping
还原 huan yuan|作业 zuo ye|作坊 zuo fang|钻石 zuan shi|钻探 zuan tan|度假 du jia|差旅 chai lv|出差 chu chai
处理 chu li|会社 hui she|反省 fan xing|大黄 da huang|称重 cheng zhong|阿弥 e mi|商汤 shang tang|数据 shu ju|数码 shu ma|数字 shu zi|识别 shi bie|知识 zhi shi|叶片 ye pian|巷道 hang dao|量子 liang zi
";

/// Words that stand in the names of fields and not in those of firms. They are kept apart because the search index, in which
/// the readings of names are stored, is made anew whenever the others change.
pub(super) const TERMS: &str = "
重复 chong fu|重新 chong xin|重建 chong jian|重做 chong zuo|调价 tiao jia|调整 tiao zheng|调账 tiao zhang|行数 hang shu|行号 hang hao
校验 jiao yan|核校 he jiao|差别 cha bie|出差 chu chai|应收 ying shou|应付 ying fu|应答 ying da|得分 de fen|称号 cheng hao|传真 chuan zhen
藏书 cang shu|参加 can jia|处罚 chu fa|弹窗 tan chuang|给付 ji fu|供给 gong ji|强制 qiang zhi|省略 sheng lve|着装 zhuo zhuang|着色 zhuo se
中标 zhong biao|转账 zhuan zhang|转化 zhuan hua|重试 chong shi|重置 chong zhi|背书 bei shu|更新 geng xin|变更 bian geng|空缺 kong que
";

/// Characters read in several ways: character, then its syllables, the usual one first.
pub(super) const CHARACTERS: &str = "
行 xing hang|重 zhong chong|长 chang zhang|乐 le yue|朝 chao zhao|都 du dou|单 dan shan|曾 zeng ceng|朴 pu piao|传 chuan zhuan|调 diao tiao|藏 cang zang|参 can shen|薄 bo bao
宿 su xiu|厦 sha xia|蚌 bang beng|泊 bo po|堡 bao bu pu|什 shi shen|翟 zhai di|尉 wei yu|缪 miao mou|覃 qin tan|伽 jia ga qie|弹 dan tan|率 lv shuai|绿 lv
露 lu lou|塞 sai se|殷 yin yan|蔚 wei yu|娜 na nuo|茜 qian xi|柏 bai bo|伯 bo bai|莘 shen xin|浒 hu xu|番 fan pan|荥 xing ying|涡 wo guo|歙 she xi
筠 yun jun|俞 yu shu|晟 sheng cheng|奇 qi ji|还 huan hai|降 jiang xiang|壳 ke qiao|角 jiao jue|给 gei ji|仔 zai zi|落 luo lao|屏 ping bing|铅 qian yan|识 shi zhi
说 shuo yue|畜 xu chu|血 xue xie|遗 yi wei|艾 ai yi|勒 le lei|巷 xiang hang|劲 jin jing|咖 ka ga|曝 bao pu|栖 qi xi|茄 qie jia|券 quan xuan|沈 shen chen
拓 tuo ta|纤 xian qian|削 xiao xue|粘 zhan nian|琢 zhuo zuo|柞 zuo zha|隽 jun juan|泌 mi bi|浍 hui kuai|圩 wei xu|埔 pu bu|涌 yong chong|沌 dun zhuan|牟 mou mu
郇 xun huan|隗 kui wei|郗 xi chi|乜 nie mie|句 ju gou|宓 mi fu|卜 bu bo|谷 gu yu|镐 hao gao|磅 bang pang|龟 gui qiu jun|虾 xia ha|蛤 ha ge|脯 pu fu
荠 qi ji|葛 ge|虹 hong jiang|莞 guan wan|犍 jian qian|浚 jun xun|陂 pi bei|幢 zhuang chuang|侗 dong tong|傀 kui gui|炅 jiong gui|圳 zhen
";

/// Surnames with a reading of their own: surname, then its syllables. They count at the
/// beginning of a name. For one written with several characters, one syllable each.
pub(super) const SURNAMES: &str = "
单 shan|曾 zeng|仇 qiu|解 xie|区 ou|朴 piao|查 zha|盖 ge|翟 zhai|尉 wei|缪 miao|员 yun|覃 qin|乐 yue|洗 xian
种 chong|秘 bi|逄 pang|句 gou|牟 mu|能 nai|黑 he|折 she|祭 zhai|宓 mi|乜 nie|隗 kui|郗 xi|叶 ye|殷 yin|车 che
召 shao|沈 shen|贾 jia|卜 bu|柏 bai|谷 gu|瞿 qu|臧 zang|都 du|晁 chao|长 chang|葛 ge|繁 po|薄 bo|尹 yin|不 fou
哈 ha|华 hua|任 ren|宁 ning|燕 yan|应 ying|纪 ji|令 ling|过 guo|要 yao|占 zhan|那 na|褚 chu|阚 kan|郝 hao|於 yu
阙 que|佘 she|冼 xian|邰 tai|麦 mai|粘 nian|车 che|石 shi|重 chong|行 xing|艾 ai|俞 yu|盛 sheng|郇 xun|莘 shen
万俟 mo qi|尉迟 yu chi|长孙 zhang sun|单于 chan yu|澹台 tan tai|令狐 ling hu|皇甫 huang fu|宇文 yu wen|夏侯 xia hou
欧阳 ou yang|上官 shang guan|司马 si ma|诸葛 zhu ge|公孙 gong sun|慕容 mu rong|东方 dong fang|端木 duan mu
拓跋 tuo ba|呼延 hu yan|鲜于 xian yu|濮阳 pu yang|淳于 chun yu|轩辕 xuan yuan|闻人 wen ren|百里 bai li|亓官 qi guan
";
