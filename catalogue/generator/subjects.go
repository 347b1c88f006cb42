package generator

import "strings"

func list(text string) []string { return strings.Split(text, "|") }

// products fill "Exports of {s}".
var products = list("copper ores|iron ore|bauxite|manganese ores|nickel ores|zinc concentrates|lithium carbonate|cobalt|tin ingots|lead ingots|" +
	"refined copper|aluminium ingots|flat steel|steel bars|steel pipes|ferro-alloys|scrap metal|silver bullion|rough diamonds|phosphate rock|" +
	"potash|sulphur|salt|cement clinker|limestone|marble blocks|granite|quartz sand|kaolin|gypsum|" +
	"hard coal|lignite|coke|crude petroleum|diesel fuel|jet fuel|heating oil|liquefied petroleum gas|bitumen|lubricants|" +
	"wheat|maize|paddy rice|barley|sorghum|soya beans|rapeseed|sunflower oil|palm oil|olive oil|" +
	"green coffee|cocoa beans|tea|raw sugar|tobacco leaf|raw cotton|jute|natural rubber|sisal|cashew nuts|" +
	"bananas|oranges|apples|grapes|avocados|tomatoes|onions|potatoes|cut flowers|vanilla|" +
	"frozen beef|poultry meat|pork|lamb|milk powder|butter|cheese|eggs|honey|frozen shrimp|" +
	"tuna|salmon|fish meal|wine|beer|mineral water|chocolate|biscuits|pasta|animal feed|" +
	"sawn timber|plywood|wood pulp|newsprint|cardboard|cotton yarn|woven fabrics|carpets|footwear|leather|" +
	"ammonia|urea|nitrogen fertilisers|caustic soda|polyethylene|synthetic fibres|paints|soap|medicaments|vaccines|" +
	"tyres|glass bottles|ceramic tiles|bricks|insulated cable|electric motors|transformers|batteries|solar panels|semiconductors|" +
	"mobile phones|computers|television sets|refrigerators|washing machines|bicycles|motorcycles|car parts|tractors|furniture")

// industries fill "Employment in {s}".
var industries = list("textile manufacturing|clothing manufacturing|food processing|beverage manufacturing|tobacco manufacturing|leather processing|wood processing|" +
	"paper manufacturing|printing|oil refining|basic chemicals|pharmaceuticals|plastics processing|rubber manufacturing|glass manufacturing|" +
	"cement manufacturing|basic metals|metal products|electronics manufacturing|electrical equipment|machinery manufacturing|vehicle assembly|" +
	"shipbuilding|aircraft manufacturing|furniture manufacturing|toy manufacturing|medical devices|machinery repair|coal mining|metal ore mining|" +
	"quarrying|oil and gas extraction|crop farming|livestock farming|forestry|fishing|aquaculture|electricity supply|gas supply|water supply|" +
	"waste management|residential building|civil engineering|specialised construction|wholesale trade|retail trade|motor trade|road haulage|" +
	"rail transport|air transport|shipping|warehousing|postal services|hotels|restaurants|publishing|film production|broadcasting|" +
	"telecommunications|software development|data processing|banking|insurance|pension funds|estate agencies|legal services|accounting|" +
	"architecture|advertising|market research|veterinary services|equipment rental|travel agencies|security services|cleaning services|" +
	"education services|hospitals|residential care|arts|sports clubs")

// breakdownCount is the length of every list of breakdowns; the first is none.
const breakdownCount = 16

var (
	destinations = list("| to the European Union| to North America| to South America| to East Asia| to South Asia| to the Middle East|" +
		" to Sub-Saharan Africa| to North Africa| to Oceania| to the Caribbean| to neighbouring countries| by sea| by air| by rail| by road")
	origins = list("| from the European Union| from North America| from South America| from East Asia| from South Asia| from the Middle East|" +
		" from Sub-Saharan Africa| from North Africa| from Oceania| from the Caribbean| from neighbouring countries| by sea| by air| by rail| by road")
	producers = list("|, state enterprises|, private enterprises|, foreign-owned enterprises|, cooperatives|, small enterprises|, medium-sized enterprises|" +
		", large enterprises|, family enterprises|, export zones|, certified producers|, first grade|, second grade|, organic|, domestic brands|, bulk")
	people = list("|, women|, men|, ages 15 to 24|, ages 25 to 54|, ages 55 to 64|, ages 65 and over|, full-time|, part-time|, temporary contracts|" +
		", permanent contracts|, foreign nationals|, primary education|, secondary education|, tertiary education|, apprentices")
	firms = list("|, state enterprises|, private enterprises|, foreign-owned enterprises|, cooperatives|, sole proprietors|, micro enterprises|" +
		", small enterprises|, medium-sized enterprises|, large enterprises|, listed enterprises|, family enterprises|, young enterprises|" +
		", exporting enterprises|, subcontractors|, franchises")
)

// places are parts of a country.
var places = list("northern region|southern region|eastern region|western region|central region|coastal region|highlands|islands|capital city|" +
	"metropolitan areas|medium-sized cities|small towns|rural areas|border districts|free trade zones|mountain districts|river basin|northern province|" +
	"southern province|eastern province|western province|lake district|desert districts|industrial belt")
