"""The fields of an incident row and the headings they are recognised by.

Headings are compared without case, blanks, underscores and punctuation. For each field the headings stand in
tiers: the first tier with a column in the table decides, and two columns in that tier are ambiguous.
"""

__all__ = ["AMOUNTS", "CALENDAR", "FIELDS", "PARTS", "QUALIFIER_PARTS"]

FIELDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "event_id": (
        ("event_id", "incident_id", "event_id_cnty", "row_id", "case_id"),
        ("id", "uid", "ccn", "globaleventid"),
    ),
    "date": (
        ("date", "event_date", "incident_date", "date_of_event", "date_of_incident", "date_occurred",
         "occurred_date", "occurrence_date", "дата", "дата_события", "дата_происшествия", "дата_події"),
        ("date_rep", "datetime", "timestamp", "date_time", "date_of_onset", "onset_date", "date_onset",
         "flight_date", "message_date", "date_single", "occurred_at", "дата_и_время", "дата_та_час"),
        ("day", "день"),
    ),
    "date_start": (
        ("date_start", "start_date", "window_start", "date_from", "from_date", "date_begin", "begin_date",
         "time_start", "start_time", "started_at", "start", "дата_начала", "начало", "начало_периода",
         "дата_початку", "початок"),
    ),
    "date_end": (
        ("date_end", "end_date", "window_end", "date_to", "to_date", "time_end", "end_time", "finished_at",
         "ended_at", "end", "дата_окончания", "окончание", "конец", "конец_периода", "дата_закінчення",
         "закінчення", "кінець"),
    ),
    "report_date": (
        ("report_date", "date_reported", "reported_date", "reported_at", "report_dat", "reported_on",
         "date_report", "дата_сообщения", "дата_отчета", "дата_повідомлення", "дата_звіту"),
        ("publication_date", "published_at", "date_published", "notification_date", "дата_публикации",
         "дата_публікації"),
    ),
    "year": (),  # year, month and day are one date in three columns: recognised together, or declared
    "month": (),
    "day": (),
    "time_zone": (("time_zone", "timezone", "tz", "часовой_пояс", "часовий_пояс"),),
    "region": (
        ("admin1", "adm1", "adm_1", "admin_1", "admin1_name", "adm1_name", "oblast", "область", "province",
         "субъект", "субъект_рф"),
        ("region", "region_name", "region_reported", "affected_region", "регион", "регіон"),
        ("state", "origin_state", "county", "governorate", "department", "district", "район"),
    ),
    "region_code": (
        ("region_code", "admin1_code", "adm1_code", "admin1_pcode", "adm1_pcode", "iso_3166_2",
         "код_региона", "код_регіону", "код_области", "код_області"),
    ),
    "country": (("country", "country_name", "страна", "країна"),),
    "admin2": (("admin2", "adm2", "adm_2", "admin_2", "raion", "rayon"),),
    "location": (
        ("location", "locality", "place", "settlement", "населенный_пункт", "населений_пункт", "місце"),
        ("city", "town", "город", "місто"),
    ),
    "latitude": (("latitude", "lat", "широта"),),
    "longitude": (("longitude", "lon", "lng", "long", "долгота", "довгота"),),
    "date_prec": (("date_prec", "date_precision", "time_precision"),),
    "geo_prec": (("geo_prec", "geo_precision", "where_prec"),),
    "event_type": (
        ("event_type", "incident_type", "тип_события", "тип_події", "вид_происшествия"),
        ("type", "offense", "тип", "вид"),
    ),
    "sub_event_type": (("sub_event_type", "subtype", "sub_type"),),
    "unit": (("unit", "units", "единица", "одиниця"),),
    "subset_of": (("subset_of", "part_of"),),
    "parent_id": (("parent_id", "headline_id"),),
    "headline": (("headline", "headline_total"),),
    "coverage": (("coverage", "coverage_status", "reporting_status"),),
    "included": (("include_in_total", "included", "in_total"),),
    "source": (("source", "sources", "source_name", "источник", "джерело"),),
    "source_url": (("source_url", "url", "link", "ссылка", "посилання"),),
    "source_scale": (("source_scale",),),
    "n_sources": (("n_sources", "number_of_sources"),),
    "status": (("status", "статус"),),
    "notes": (("notes", "note", "comment", "comments", "примечание", "примечания", "примітка", "примітки"),),
    "tags": (("tags", "tag"),),
}  # fmt: skip

# a date in three columns: field -> headings
CALENDAR: dict[str, tuple[str, ...]] = {
    "year": ("year", "event_year", "iyear", "yr", "год", "рік"),
    "month": ("month", "event_month", "imonth", "mon", "месяц", "місяць"),
    "day": ("day", "event_day", "iday", "day_of_month", "день", "число"),
}

AMOUNTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "count": (
        ("count", "количество", "кількість"),
        ("quantity", "number", "amount", "cases", "число", "колво", "случаи", "випадки"),
    ),
    "killed": (
        ("killed", "fatalities", "deaths", "dead", "погибло", "погибшие", "убито", "загинуло", "загиблі"),
    ),
    "injured": (
        ("injured", "wounded", "injuries", "ранено", "раненые", "поранено", "поранені"),
    ),
}  # fmt: skip

# what may follow the name of an amount: part -> endings
PARTS: dict[str, tuple[str, ...]] = {
    "low": ("low", "lower", "min", "minimum", "at_least"),
    "best": ("best",),
    "high": ("high", "upper", "max", "maximum", "at_most"),
}
QUALIFIER_PARTS = ("qualifier", "qual", "modifier")
