// Each class of the three languages, one line a kind of written form.
#include "chain/chain.h"
#include "grammar_fixture.h"

namespace {

using wfst_test::check;

TEST(Readings, Chinese) {
  check("zh", {
                  {"101", "一百零一"},
                  {"1,234,567", "一百二十三万四千五百六十七"},
                  {"200", "两百"},
                  {"1.01", "一点零一"},
                  {"±2", "正负二"},
                  {"-98%", "负百分之九十八"},
                  {"3‰", "千分之三"},
                  {"10-20%", "百分之十到百分之二十"},
                  {"-1/3", "负三分之一"},
                  {"1又1/5", "一又五分之一"},
                  {"2008-08-08", "二零零八年八月八日"},
                  {"2024.5.6", "二零二四年五月六日"},
                  {"08/2008", "二零零八年八月"},
                  {"2002年3月", "二零零二年三月"},
                  {"86年8月18日", "八六年八月十八日"},
                  {"2010-2014年", "二零一零到二零一四年"},
                  {"5月1日至5月7日", "五月一日至五月七日"},
                  {"1998-99赛季", "一九九八到九九赛季"},
                  {"1000年历史", "一千年历史"},
                  {"2019款", "二零一九款"},
                  {"BC202年", "公元前二零二年"},
                  {"12:00", "十二点"},
                  {"5:02", "五点零二分"},
                  {"下午3:30", "下午三点三十分"},
                  {"8:00pm", "下午八点"},
                  {"10:30-11:20", "十点三十分到十一点二十分"},
                  {"2点半", "两点半"},
                  {"￥13.5", "十三点五元"},
                  {"A$13.5", "十三点五澳元"},
                  {"$1.5万", "一点五万美元"},
                  {"HKD13.5", "十三点五港元"},
                  {"100 USD", "一百美元"},
                  {"￥50~100", "五十到一百元"},
                  {"25kg", "二十五千克"},
                  {"10km/h", "每小时十公里"},
                  {"30元/公斤", "每公斤三十元"},
                  {"38°C", "三十八摄氏度"},
                  {"-5~3℃", "负五到三摄氏度"},
                  {"120m²", "一百二十平方米"},
                  {"2年后", "两年后"},
                  {"2两", "二两"},
                  {"2楼", "二楼"},
                  {"第2个", "第二个"},
                  {"2亿", "两亿"},
                  {"3-5天", "三到五天"},
                  {"50元-100元", "五十元到一百元"},
                  {"13501234567", "幺三五零幺二三四五六七"},
                  {"010-64035547", "零一零六四零三五五四七"},
                  {"可以拨打12306", "可以拨打幺二三零六"},
                  {"110米", "一百一十米"},
                  {"尾号1702", "尾号幺七零二"},
                  {"302室", "三零二室"},
                  {"127.0.0.1", "一二七点零点零点一"},
                  {"v2.10.3", "v二点十点三"},
                  {"C919", "C九幺九"},
                  {"A4纸", "A四纸"},
                  {"G1234次", "G幺二三四次"},
                  {"歼-20", "歼二十"},
                  {"中国1-2", "中国一比二"},
                  {"比分78:96", "比分七十八比九十六"},
                  {"1:100", "一比一百"},
                  {"2 = 1 + 1", "二等于一加一"},
                  {"5-3=2", "五减三等于二"},
                  {"1-2", "一，二"},
                  {"2≥1", "二大于等于一"},
                  {"10^5", "十的五次方"},
                  {"计算-2", "计算负二"},
                  {"第210", "第两百一十"},
                  {"第3-5名", "第三到第五名"},
                  {"O2O", "O to O"},
                  {"90后", "九零后"},
                  {"他是这个公司的c e o", "他是这个公司的CEO"},
                  {"京A12345", "京A幺二三四五"},
                  {"user@a.com", "user艾特a点com"},
                  {"https://a.b/c", "https冒号斜杠斜杠a点b斜杠c"},
                  {"5·12地震", "五一二地震"},
                  {"这事儿好办，女儿", "这事好办，女儿"},
                  {"寶貝", "宝贝"},
                  {"①苹果1½个 5㎏ 25℃ Ⅱ型 １２％",
                   "一苹果一又二分之一个 五千克 二十五摄氏度 二型 百分之十二"},
                  {"iPhone 5s", "iPhone 五s"},
                  {"2年级2班", "二年级二班"},
                  {"第1、2名", "第一、二名"},
                  {"￥3.5/斤", "每斤三点五元"},
                  {"116°23′", "一百一十六度二十三分"},
                  {"318国道", "三幺八国道"},
                  {"快递单号SF1234567890", "快递单号SF幺二三四五六七八九零"},
                  {"售价¥2999起", "售价两千九百九十九元起"},
              });
}

TEST(Readings, English) {
  check("en",
        {
            {"004", "zero zero four"},
            {"18095", "eighteen thousand and ninety five"},
            {"123,000,012", "one hundred twenty three million twelve"},
            {"1st 11th 22nd 112th", "first eleventh twenty second one hundred twelfth"},
            {"3th", "three th"},
            {".1665", "point one six six five"},
            {"0.1 billion", "zero point one billion"},
            {"3 2/4", "three and two quarters"},
            {"22/3", "twenty two thirds"},
            {"2/3rds", "two thirds"},
            {"¾ people", "three quarters people"},
            {"july 25 2012", "July twenty fifth twenty twelve"},
            {"25 july 2012", "the twenty fifth of July twenty twelve"},
            {"the 4th of July", "the fourth of July"},
            {"2006-08-05", "August fifth two thousand six"},
            {"15.01.2020", "the fifteenth of January twenty twenty"},
            {"1980s", "nineteen eighties"},
            {"340 A.D", "three forty AD"},
            {"Q3 2021", "the third quarter of twenty twenty one"},
            {"01:00", "one o'clock"},
            {"1:59 p.m. est", "one fifty nine PM EST"},
            {"14:10:30", "fourteen hours ten minutes and thirty seconds"},
            {"8 a.m.-5 p.m.", "eight AM to five PM"},
            {"$20.01", "twenty dollars one cent"},
            {"£1.20", "one pound twenty pence"},
            {"$0.02", "two cents"},
            {"$1.5k", "one point five thousand dollars"},
            {"$3.99/lb", "three dollars ninety nine cents per pound"},
            {"500 USD", "five hundred us dollars"},
            {"12kg", "twelve kilograms"},
            {"1kg", "one kilogram"},
            {"2°C", "two degrees Celsius"},
            {"5km/h", "five kilometers per hour"},
            {"7.2-millimeter", "seven point two millimeter"},
            {"5'10\" tall", "five feet ten inches tall"},
            {"10-20%", "ten to twenty percent"},
            {"y=x +1", "y equals x plus one"},
            {"5 - 3 = 2", "five minus three equals two"},
            {"+1 123-123-5678", "plus one, one two three, one two three, five six seven eight"},
            {"1-800-GO-2-HAUL", "one, eight hundred, GO two, HAUL"},
            {"123.123.0.40", "one two three dot one two three dot zero dot four zero"},
            {"my ssn is 111-11-1111", "my SSN is one one one, one one, one one one one"},
            {"a.bc@gmail.com", "a dot bc at gmail dot com"},
            {"www.a.com/1", "WWW dot a dot com slash one"},
            {"123 Laguna Ct, CA 95051",
             "one twenty three Laguna Court, California nine five zero five one"},
            {"1980-1986", "nineteen eighty to nineteen eighty six"},
            {"5pm-7 pm", "five PM to seven PM"},
            {"$250-$300", "two hundred and fifty dollars to three hundred dollars"},
            {"mid-80s", "mid eighties"},
            {"B2A23C", "B two A twenty three C"},
            {"covid-19", "covid-nineteen"},
            {"t2000", "t two thousand"},
            {"your otp is ab9453", "your otp is ab nine four five three"},
            {"Chapter IV", "Chapter four"},
            {"World War II", "World War two"},
            {"Louis XIV", "Louis the fourteenth"},
            {"Sam and I", "Sam and I"},
            {"Dr. Evil", "doctor Evil"},
            {"He lives on Main St. in Boston.", "He lives on Main Street in Boston."},
            {"123 Laguna Ave S, Town", "one twenty three Laguna Avenue South, Town"},
            {"at 5 p.m. He left.", "at five PM. He left."},
            {"won 21-14", "won twenty one to fourteen"},
            {"2-3 million people", "two to three million people"},
            {"on 2/14", "on February fourteenth"},
            {"I did 1234 pushups", "I did twelve thirty four pushups"},
            {"software II", "software II"},
            {"Malcolm X", "Malcolm X"},
            {"World War Ⅱ", "World War two"},
            {"U.S.A.", "USA"},
            {"No. 162", "number one hundred and sixty two"},
            {"Mon.-Sun.", "Monday to Sunday"},
            {"#mytext#", "hash mytext hash"},
            {"<pitch=-.3>5</pitch>", "<pitch=-.3> five </pitch>"},
        });
}

TEST(Readings, Japanese) {
  check("ja", {
                  {"1118", "千百十八"},
                  {"10,000,000", "一千万"},
                  {"-50.07%", "マイナス五十点〇七パーセント"},
                  {"2024年", "二千二十四年"},
                  {"令和4年", "令和四年"},
                  {"2024-05-06", "二千二十四年五月六日"},
                  {"3〜4月", "三から四月"},
                  {"3日(水)", "三日水曜日"},
                  {"12月25日(月・祝)", "十二月二十五日月曜日祝日"},
                  {"7月5〜9日(月〜金)", "七月五から九日月曜日から金曜日"},
                  {"0:30", "〇時三十分"},
                  {"3:30pm", "午後三時三十分"},
                  {"AM10:00", "午前十時"},
                  {"10:00〜11:00", "十時から十一時"},
                  {"￥22", "二十二円"},
                  {"CAD1001", "千一カナダドル"},
                  {"10km/h", "十キロメートル毎時"},
                  {"1kg〜2kg", "一キログラムから二キログラム"},
                  {"090-1234-5678", "ゼロ九ゼロの一二三四の五六七八"},
                  {"1234号室", "一二三四号室"},
                  {"192.168.0.1", "一九二点一六八点〇点一"},
                  {"1/2", "二分の一"},
                  {"1と√1/4", "一と四分のルート一"},
                  {"5×4÷2+3-6 ≥ 7", "五カケル四ワル二プラス三マイナス六大なりイコール七"},
                  {"日本2-1韓国", "日本二対一韓国"},
                  {"3:0", "三対〇"},
                  {"B2B", "B to B"},
                  {"R-18", "R十八"},
                  {"4/1(月)", "四月一日月曜日"},
                  {"電話番号は0312345678です", "電話番号はゼロ三一二三四五六七八です"},
                  {"東京〜大阪", "東京から大阪"},
                  {"No.5", "ナンバー五"},
                  {"２０２４年", "二千二十四年"},
              });
}

TEST(Readings, ChineseOptions) {
  wfst_test::Normalizer plain("zh", {.traditional = false, .width = false, .erhua = false});
  EXPECT_EQ(plain("寶貝Ａ儿"), "寶貝Ａ儿");
  EXPECT_EQ(wfst_test::Normalizer("zh", {.interjections = true})("呃这个呃啊我不知道"),
            "这个我不知道");
  EXPECT_EQ(wfst_test::Normalizer("zh", {.remove_punctuation = true})("好，2个！"), "好两个");
  EXPECT_EQ(wfst_test::Normalizer("zh", {.tag_oov = true})("雪の花"), "雪<oov>の</oov>花");
}

TEST(Readings, EnglishOptions) {
  EXPECT_EQ(wfst_test::Normalizer("en", {.negative = "negative"})("-2"), "negative two");
  EXPECT_EQ(wfst_test::Normalizer("en", {.decimal_zero = "oh"})("2.05"), "two point oh five");
  EXPECT_EQ(wfst_test::Normalizer("en", {.date_order = "day"})("2012-01-05"),
            "the fifth of January twenty twelve");
  EXPECT_EQ(wfst_test::Normalizer("en", {.hundred_and = false})("123"), "one hundred twenty three");
}

// Whatever stands there, no digit is left and the time stays linear.
TEST(Readings, OddRunsOfDigitsAreRead) {
  for (const char* language : {"zh", "en", "ja"}) {
    wfst_test::Normalizer normalize(language);
    for (const std::string written :
         {"1.2.3.4.5.6.7.8.9.10.11", "1,2,3,4", "12/12/12/12", "1-2-3-4-5", "1..2", "12:34:56:78",
          "1e5", "0x1F", "--5", "5--"}) {
      const std::string spoken = normalize(written);
      EXPECT_EQ(spoken.find_first_of("0123456789"), std::string::npos)
          << language << ": " << written << ": " << spoken;
    }
    std::string digits(5000, '7');
    EXPECT_EQ(normalize(digits).find('7'), std::string::npos) << language;
  }
}

TEST(Readings, SpacesBesideWordsSurviveTheChain) {
  auto parts = std::make_shared<wfst::ChainParts>();
  parts->profile = wfst::ModelProfile::named("none");
  std::string error;
  parts->grammars["en"] =
      wfst::Grammar::open(wfst_test::kGrammarFolder, "en", parts->options.reading, &error);
  ASSERT_TRUE(parts->grammars["en"]) << error;
  wfst::Chain chain(parts);
  chain.begin("en");
  chain.arrived("B2A @12");
  wfst::Reading reading;
  ASSERT_TRUE(chain.read("B2A @12", reading, false));
  EXPECT_EQ(reading.text, "B two A at twelve");
}

}  // namespace
