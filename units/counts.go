package units

// countUnits are things that are counted. per is the singular; the forms of
// personal ones stand in personal.
var countUnits = []quantity{
	{"persons", "", "person", "people", "person,persons,people,individual,individuals,inhabitant,inhabitants,capita,personnes,personas,personen,pax,human,humans,residents,resident,citizens,population,per head"},
	{"head", "", "person", "animals; as a denominator people", "head,heads,head of cattle"},
	{"households", "", "household", "private households", "household,households,hh,hhs"},
	{"families", "", "family", "families", "family,families"},
	{"workers", "", "worker", "workers", "worker,workers,person employed,persons employed,employed person,employed persons,person engaged,persons engaged,wage earner,wage earners"},
	{"employees", "", "employee", "employees", "employee,employees,staff,full time equivalent,full time equivalents,fte,ftes,full time equivalent employee,full time equivalent employees"},
	{"jobs", "", "job", "jobs", "job,jobs,posts,vacancies,vacancy,job openings,positions,openings"},
	{"unemployed", "", "unemployed-person", "unemployed people", "unemployed,unemployed persons,unemployed person,jobseekers,job seekers"},
	{"claims", "", "claim", "claims", "claim,claims,claimants,claimant,filings,filing"},
	{"adults", "", "adult", "adults", "adult,adults"},
	{"children", "", "child", "children", "child,children"},
	{"women", "", "woman", "women", "woman,women,females,mothers"},
	{"men", "", "man", "men", "men,males,man"},
	{"students", "", "student", "students and pupils", "student,students,pupil,pupils"},
	{"teachers", "", "teacher", "teachers", "teacher,teachers"},
	{"patients", "", "patient", "patients", "patient,patients"},
	{"visitors", "", "visitor", "visitors and tourists", "visitor,visitors,tourist,tourists,arrivals,visits,guests,guest,trips,trip"},
	{"passengers", "", "passenger", "passengers", "passenger,passengers"},
	{"immigrants", "", "migrant", "migrants", "migrant,migrants,immigrants,emigrants,refugees,asylum seekers"},
	{"members", "", "member", "members", "member,members,beneficiaries,beneficiary,recipients,recipient,participants"},
	{"subscriptions", "", "subscription", "subscriptions", "subscription,subscriptions,subscribers,subscriber,users,user,customers,customer"},
	{"physicians", "", "physician", "physicians", "physician,physicians,doctors,nurses"},
	{"births", "", "birth", "births", "birth,births,live births,live birth,newborns"},
	{"deaths", "", "death", "deaths", "death,deaths,fatalities"},
	{"marriages", "", "marriage", "marriages", "marriages,marriage,divorces"},
	{"cases", "", "case", "cases", "case,cases,infections,hospitalizations,hospitalisations"},
	{"doses", "", "dose", "doses", "dose,doses,vaccinations"},
	{"tests", "", "test", "tests", "test,tests"},
	{"beds", "", "bed", "beds", "bed,beds,hospital beds,icu beds,bed places"},
	{"nights", "", "night", "nights spent", "night,nights,overnight stays,nights spent,room nights"},
	{"rooms", "", "room", "rooms", "room,rooms"},
	{"companies", "", "company", "companies", "company,companies,firm,firms,enterprise,enterprises,business,businesses,corporations"},
	{"establishments", "", "establishment", "establishments", "establishment,establishments"},
	{"bankruptcies", "", "bankruptcy", "bankruptcies", "bankruptcies,bankruptcy,insolvencies"},
	{"dwellings", "", "dwelling", "dwellings", "dwelling,dwellings,houses,house,homes,home,housing units,housing unit,apartments,apartment,new homes,permits,permit,building permits,buildings,building"},
	{"vehicles", "", "vehicle", "vehicles", "vehicle,vehicles,car,cars,automobiles,motor vehicles,passenger cars,trucks,motorcycles,tractors,aircraft,ships,vessels,vessel"},
	{"registrations", "", "registration", "registrations", "registrations,registration,new registrations"},
	{"transactions", "", "transaction", "transactions", "transaction,transactions,payments,transfers,trades,deals,contracts,contract,orders,operations,lots,lot"},
	{"shares", "", "share", "shares of a company", "shares,share certificates,stocks traded"},
	{"accounts", "", "account", "accounts", "account,accounts,deposit accounts,cards,loans,loan accounts,depositors,borrowers"},
	{"branches", "", "branch", "branches", "branch,branches,atms,atm,outlets,outlet"},
	{"patents", "", "patent", "patents", "patent,patents,applications,application,articles,publications"},
	{"incidents", "", "incident", "incidents", "incident,incidents,events,accidents,crimes,attacks,homicides,offences,offenses,strikes"},
	{"flights", "", "flight", "flights", "flight,flights,departures,carrier departures"},
	{"animals", "", "animal", "animals", "animal,animals,livestock units"},
	{"eggs", "", "egg", "eggs", "egg,eggs"},
	{"rigs", "", "rig", "drilling rigs", "rig,rigs,wells,well"},
	{"servers", "", "server", "servers", "servers,secure servers,hosts"},
	{"lines", "", "line", "lines", "telephone lines,lines,telephones"},
	{"pieces", "", "piece", "pieces", "piece,pieces,pcs,pc,pair,pairs,sets,set"},
	{"containers", "", "container", "containers", "container,containers"},
	{"hospital-days", "", "hospital-day", "days in hospital", "hospital days"},
	{"bags", "", "bag", "bags", "bag,bags"},
	{"procedures", "", "procedure", "procedures", "procedure,procedures,documents,tax payments,treaties"},
	{"dozen", "", "dozen", "twelve", "dozen,dozens"},
}

// weakCounts say that something is counted, not what: any other unit word in
// the phrase goes first ("Number of hours", "national currency units").
var weakCounts = []quantity{
	{"number", "", "number", "a number of things that the name says", "number,numbers,no,nos,nr,num,count,counts,headcount,amount of,quantity,#,each,absolute value,absolute number"},
	{"units", "", "unit", "units of a good that the name says", "unit,units,volume units"},
}

// personal are the denominators under which money stays an amount.
var personal = map[string]bool{
	"person": true, "household": true, "family": true, "worker": true, "employee": true, "adult": true, "child": true,
	"woman": true, "man": true, "student": true, "teacher": true, "patient": true, "visitor": true, "passenger": true,
	"member": true, "unemployed-person": true, "migrant": true, "subscription": true, "physician": true,
}
