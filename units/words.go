package units

import "classify"

// kind is what a word or a phrase of the lexicon is.
type kind uint8

const (
	unknown kind = iota // no table has it
	noise               // says nothing about the unit
	numeral             // a number
	scale               // arg: the power of ten
	letter              // "m", "k", "b": a scale beside money or before a thing that is counted
	percent
	points     // percentage points
	basis      // basis points
	currency   // arg: the currency
	letterCoin // arg: the set of currencies that are written with this letter
	cent       // arg: the currency of which it is a hundredth, or 0
	shared     // arg: the set of currencies that share it
	local      // national currency
	intl       // international dollar
	ppp
	index       // a word that makes an index
	score       // points, score, rank: an index unless a percentage
	constructed // a measure that no dictionary has
	physical    // arg: the quantity
	count       // arg: the quantity
	weak        // arg: the quantity
	duration    // arg: the quantity
	quotient    // ratio, times, multiple
	rate
	share
	growth       // a word for a change
	against      // arg: the change basis, perhaps with statesChange
	contribution // to growth
	minus        // a difference of two rates
	current
	constant
	chained
	prices
	base // base year, reference period
	saar
	annualised
	annual
	adjusted   // seasonally
	unadjusted // not seasonally
	collection // arg: end, average or begin
	month      // arg: 1 to 12
	quarterly  // arg: 1 to 4
	per
	of
	to
	one
	aggregate // arg: gdp, gni, …
	separator
	equals
	dash
	caret
	kinds // how many there are
)

// changes are the args of against, in order.
var changes = []classify.ChangeBasis{classify.ChangeUnknown, classify.ChangePreviousPeriod, classify.ChangeYearOnYear, classify.ChangeAnnualised}

// statesChange is added to the arg of against where the phrase itself calls
// the value a change.
const statesChange = 8

// collections are the args of collection, in order.
var collections = []string{"end", "average", "begin"}

// aggregates are the args of aggregate: what ratios are commonly taken of.
var aggregates = []string{"gdp", "gni", "gnp", "potential-gdp", "disposable-income"}

// vocabulary are the words that are no unit of a table of their own, by kind
// and arg.
var vocabulary = []struct {
	kind  kind
	arg   int
	forms string
}{
	{scale, 1, "ten,tens"},
	{scale, 2, "hundred,hundreds"},
	{scale, 3, "thousand,thousands,thou,thous,thsd,thsnd,ths,thd,th,tsd,tausend,mille,milhares,/ 1 k,000 s,000s,in 000s"},
	{scale, 5, "lakh,lakhs,lac,lacs"},
	{scale, 6, "/ 1 m,million,millions,mil,mill,mln,mlns,mn,mns,mio,mios,millionen,millones,millon,milhoes,milhões,milioni,miljoner"},
	{scale, 7, "crore,crores,cr,crs"},
	{scale, 8, "hml"},
	{scale, 9, "billion,billions,bil,bill,bn,bns,bln,mrd,mrds,mld,mlrd,md,milliard,milliards,milliarden,miliardi,bilhoes,bilhões,miles de millones,mil millones,miljarder"},
	{scale, 12, "trillion,trillions,tril,trill,trn,trln,tn,billionen,trilhoes,trilhões"},

	{percent, 0, "%,percent,percents,percentage,percentages,per cent,pct,pcnt,prozent,pourcentage,pourcent,porcentaje,por cento,por ciento,percent share,percentage share,percentual,in percent,procent,%s"},
	{points, 0, "percentage point,percentage points,percent point,percent points,% point,% points,pct point,pct points,per cent points,per cent point,pp,ppt,ppts,p p,p p t,pps of,% pt,% pts,percentage pts,percentage pt,pct pts,pctpt,pct pt,%pt"},
	{basis, 0, "basis point,basis points,bp,bps,basis pts,basispoints,basis pt"},

	{local, 0, "lcu,lcus,ncu,ncus,national currency,national currencies,national currency unit,national currency units,local currency,local currency unit,local currency units,local currencies,domestic currency,domestic currency unit,domestic currency units,nat currency,nat cur,nac,own currency,units of national currency,units of local currency,units of domestic currency,in national currency,local units"},
	{intl, 0, "international dollar,international dollars,international $,intl $,intl$,int$,int $,i$,geary khamis dollar,geary khamis dollars,ppp dollar,ppp dollars,ppp $,$ ppp,ppp international $,ppp us$,us$ ppp,ppp usd,usd ppp,usd ppps,us$ ppps,international us$,international us dollars,gk$,gk dollars"},
	{intl, 1, "pps,purchasing power standard,purchasing power standards,purchasing power standard pps,eu27 pps"},
	{ppp, 0, "ppp,ppps,purchasing power parity,purchasing power parities,ppp converted,ppp adjusted"},

	{index, 0, "+ 1 or 0,1 or 0,0 or 1,yes / no,binary,dummy,standard normal units,units of a standard normal distribution,index,indices,indexes,indexed,idx,diffusion index,diffusion,index number,index numbers,index point,index points,index value,index level,price index,volume index,z score,z scores,net balance,percent balance,percentage balance,balance of opinion,balance of opinions,balance of answers,balance of responses,balance of replies,balances of responses,% balance,balance %,balance in %,balance percent,balance percentage,standard deviations from mean,standardised balance,standardized index"},
	{score, 0, "point,points,pts,score,scores,rating,ratings,grade,rank,ranking,scale of,scale from,scale,z value,std dev,standard deviation,standard deviations,balance"},
	{constructed, 0, "sipri trend indicator values,sipri trend indicator value,trend indicator values,trend indicator value,sipri tiv,tiv,tivs,cpia"},

	{quotient, 0, "ratio,ratios,times,coefficient,multiple,multiples,multiplier,quotient,fold,fraction,fractions,proportion,decimal,unitless,dimensionless,pure number,x times,months of import cover,months of imports,months of import,month of imports,months of import coverage,months of cover,weeks of imports,days of imports,days of cover,days of supply,months of supply,month supply,months supply,1 in,correlation"},
	{rate, 0, "rate,rates"},
	{share, 0, "share,shares of,share of,in share of"},
	{growth, 0, "growth,growth rate,growth rates,rate of growth,rate of change,rates of change,inflation rate,growth in"},
	{growth, 1, "change,changes,variation,variations,increase,decrease,increment,delta,chg"},
	{contribution, 0, "contribution,contributions,contribution to growth,contributions to growth,contribution to change,growth contribution"},
	{minus, 0, "minus,less,difference,spread,gap between,differential"},

	{against, 2, "oya,t/t-12,t/t-4,m/m-12,q/q-4,m/m-4,yoy,y o y,y / y,yr / yr,year on year,year over year,year to year,y over y,from year ago,from a year ago,year ago,a year ago,a year earlier,year earlier,same period previous year,same period of previous year,same period of the previous year,same period a year ago,same period last year,same month previous year,same month of previous year,same month of the previous year,same quarter previous year,same quarter of previous year,same quarter of the previous year,same period of last year,corresponding period of previous year,corresponding period of the previous year,corresponding month of previous year,corresponding period last year,corresponding quarter of the previous year,previous year,previous years,preceding year,on the previous year,over previous year,last year,prior year,12 month,12 months,twelve month,twelve months,over 12 months,over 4 quarters,4 quarter,a / a,interanual"},
	{against, 2 + statesChange, "annual rate of change,annual growth rate,annual growth,annual change,annual percent change,annual percentage change,annual % growth,annual % change,yearly change,yearly growth,annual variation,moving 12 months average rate of change"},
	{against, 1, "3m/3m,t/t-1,m/m-1,q/q-1,mom,m o m,m / m,month on month,month over month,month to month,qoq,q o q,q / q,quarter on quarter,quarter over quarter,quarter to quarter,wow,w / w,week on week,week over week,d / d,day on day,pop,p / p,period on period,previous period,preceding period,prior period,previous month,preceding month,prior month,last month,previous quarter,preceding quarter,prior quarter,last quarter,previous week,preceding week,month ago,quarter ago,1 month,one month"},
	{against, 1 + statesChange, "monthly change,monthly growth,quarterly change,quarterly growth,monthly growth rate,quarterly growth rate,monthly % change,quarterly % change,monthly percent change,quarterly percent change,weekly change,daily change,monthly rate of change,monthly variation"},
	{against, 3, "compounded annual rate,qoq saar,q / q saar,mom saar,annualized qoq,annualised qoq,qoq annualized,qoq annualised,q / q annualised,q / q annualized,m / m annualised,m / m annualized"},
	{against, 3 + statesChange, "compounded annual rate of change,continuously compounded annual rate of change,continuously compounded rate of change,annualised growth,annualized growth,annualised growth rate,annualized growth rate,annualised rate of change,annualized rate of change,annualized change,annualised change"},

	{current, 0, "current,nominal,at current"},
	{constant, 0, "constant,real,at constant,inflation adjusted,cpi adjusted,deflated,volume at,previous year prices,prices of the previous year,prices of previous year,preceding year prices,cpi u rs adjusted,cpi u rs,c cpi u,cpi adjusted"},
	{chained, 0, "chained,chn,chain linked,chain linked volume,chain linked volumes,chain volume,chain volumes,chain volume measure,chain volume measures,chained volume,chained volumes,chained volume estimates,chain weighted,chain type,clv,cvm,chained prices,linked volumes,chain"},
	{prices, 0, "price,prices,volume,volumes,terms"},
	{base, 0, "base,base year,base period,reference year,reference period,ref year,base year varies by country,base month,ref period,base index"},

	{saar, 0, "saar,seasonally adjusted annual rate,seasonally adjusted annual rates,seasonally adjusted at annual rate,seasonally adjusted at annual rates,seasonally adjusted annualized rate,seasonally adjusted annualised rate,sa annual rate,seasonally adjusted and annualized,seasonally adjusted annualized,seasonally adjusted annualised,s a annual rate,seas adj annual rate,saa"},
	{annualised, 0, "annual rate,annual rates,at annual rate,at annual rates,annualised,annualized,annualised rate,annualized rate,at an annual rate,a r,ar,annual basis,annualised level,annualized level"},
	{annual, 0, "annual,annually,yearly,per annum,p a,pa,per year of,p annum"},
	{adjusted, 0, "sa,s a,seasonally adjusted,seasonally adj,seas adj,swda,wdsa,sca,scadj,sadj,season adjusted,seasonal adjusted,seasonally and working day adjusted,calendar and seasonally adjusted,seasonally and calendar adjusted,seasonally adjusted data,working day and seasonally adjusted,seasonally corrected,trading day and seasonally adjusted,seasonally and trading day adjusted,with seasonal adjustment,seasonally adjusted figures,cvs,desestacionalizado"},
	{unadjusted, 0, "nsa,n s a,not seasonally adjusted,unadjusted,non seasonally adjusted,not seasonally adj,seasonally unadjusted,without seasonal adjustment,unadjusted data,not adjusted,no seasonal adjustment,non seasonal adjusted,raw data"},
	{collection, 0, "end of period,eop,end period,period end,end of month,end of year,end of quarter,end of day,month end,year end,quarter end,end month,end quarter,end year,close,closing,at end of period,end of the period,as of end,closing price,closing rate,end"},
	{collection, 1, "period average,avg,average,averages,mean,annual average,monthly average,quarterly average,yearly average,weekly average,daily average,average of period,average of daily rates,average of daily figures,averages of daily figures,aop,ave,median,average for affected firms,averaged,moving average,period averages,per average"},
	{collection, 2, "beginning of period,begin of period,start of period,beginning of year,beginning of month"},

	{per, 0, "per,/,p /,for each,for every,for one"},
	{of, 0, "of,von,de,des,del"},
	{to, 0, "to,in terms of"},
	{one, 0, "one"},
	{separator, 0, "(,),[,],;,:,|,{,}"},
	{equals, 0, "=,equals"},
	{dash, 0, "-"},
	{caret, 0, "^,*,x"},

	{aggregate, 0, "gdp,gross domestic product,nominal gdp,g d p,annual gdp,pib,bip,gdp at market prices"},
	{aggregate, 1, "gni,gross national income"},
	{aggregate, 2, "gnp,gross national product"},
	{aggregate, 3, "potential gdp,potential output,trend gdp"},
	{aggregate, 4, "gross disposable income,disposable income,net disposable income"},

	{month, 1, "january,jan"}, {month, 2, "february,feb"}, {month, 3, "march,mar"}, {month, 4, "april,apr"},
	{month, 5, "may"}, {month, 6, "june,jun"}, {month, 7, "july,jul"}, {month, 8, "august,aug"},
	{month, 9, "september,sep,sept"}, {month, 10, "october,oct"}, {month, 11, "november,nov"}, {month, 12, "december,dec"},
	{month, 1, "m1,m01"}, {month, 2, "m02"}, {month, 3, "m03"}, {month, 4, "m4,m04"}, {month, 5, "m5,m05"}, {month, 6, "m6,m06"},
	{month, 7, "m7,m07"}, {month, 8, "m8,m08"}, {month, 9, "m9,m09"}, {month, 10, "m10"}, {month, 11, "m11"}, {month, 12, "m12"},
	{quarterly, 1, "q1,1q,i q"}, {quarterly, 2, "q2,2q"}, {quarterly, 3, "q3,3q"}, {quarterly, 4, "q4,4q"},

	// Words that may stand beside a unit and say nothing about it.
	{noise, 0, "current account,current account balance,the,a,an,in,at,by,and,or,for,on,from,over,compared,compare,with,as,value,values,total,net,gross,measured,expressed,amount,amounts,data,figures,basis,s,equivalent,converted,sum,monthly,quarterly,weekly,daily,estimate,estimates,estimated,unit of measure,modeled ilo estimate,modelled ilo estimate,national estimate,modeled estimate,modelled estimate,world bank estimate,world bank atlas method,atlas method,projected estimates,published by,fob,cif,f o b,c i f,bop,amt,dod,dis,int,tds,nfl,ntr,com,und,nda,ppg,png,includes gold,excluding gold,including gold,market exchange rates,at market prices,market prices,basic prices,purchasers prices,factor cost,outstanding,cumulative,ytd,year to date,stock,flow,flows,position,transactions value,exchange rate,exchange rates,nominal exchange rate,real exchange rate,nominal effective exchange rate,real effective exchange rate,spot,units of measure,all,approx,approximately,working day adjusted,calendar adjusted,wda,trend,trend cycle,original,original series,level in,level,levels,fixed,spread over,nominal terms,worth,scale units,value of,total value,turnover,weight,live weight,carcass weight,dressed carcass weight,green weight,raw,refined,crude,dry,wet,paddy,milled,sugar value"},
}

// casedWords are read by the case in which they are written.
var casedWords = []struct {
	form string
	kind kind
	arg  int
}{
	{"MM", letter, 6}, {"mm", letter, 6}, {"M", letter, 6}, {"m", letter, 6}, {"K", letter, 3}, {"k", letter, 3},
	// The monetary aggregates M2 and M3 are no areas and volumes; "M2" behind
	// a year is a month.
	{"M2", month, 2}, {"M3", month, 3},
	{"B", letter, 9}, {"b", letter, 9}, {"T", letter, 12}, {"G", letter, 9}, {"Mm", letter, 6},
}
