//! Deadlines from tables: the worked cases row by row, the second kind of table, and tables that are wrong.

use sips_auditor::due::answer;

const WORKED: &str = include_str!("data/worked.csv");

fn rows(table: &str) -> Vec<Vec<String>> {
    let answered = answer(table.as_bytes()).expect("a header that is known");
    let mut reader = csv::Reader::from_reader(answered.as_bytes());
    assert_eq!(reader.headers().expect("a header").iter().collect::<Vec<_>>(), ["id", "due", "derivation", "error"]);
    reader.records().map(|row| row.expect("proper CSV").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_worked_cases_come_out_exactly() {
    let expected: Vec<(String, String)> = WORKED
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[0].to_owned(), cells[6].to_owned())
        })
        .collect();
    let found: Vec<(String, String)> = rows(WORKED).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    assert_eq!(found, expected);
    assert_eq!(found.len(), 28);
}

#[test]
fn a_wrong_row_has_its_error_and_the_others_are_answered() {
    let found = rows(
        "id,rule,start,unit,n,cb_working\n\
         a,D1,2026-07-06,working,3,false\n\
         b,D1,2026-02-30,working,3,false\n\
         c,D1,2026-07-06,weeks,3,false\n\
         d,D1,2026-07-06,working,-3,false\n\
         e,D1,2026-07-06,working,3,perhaps\n\
         f,D1\n\
         g,D1,2031-01-02,working,3,false\n\
         h,D1,2026-07-06,working,99999999,false\n\
         i,D1,9999-12-31,calendar,3,false\n\
         j,D1,2026-07-08,working,12,false\n",
    );
    assert_eq!(found.len(), 10);
    for row in &found {
        let good = ["a", "j"].contains(&row[0].as_str());
        assert_eq!(row[3].is_empty(), good, "{row:?}");
        assert_eq!(row[1].is_empty(), !good, "{row:?}");
        assert!(good || row[3].contains(" / "), "both languages: {row:?}");
    }
    assert_eq!(found[9][1], "2026-07-24");
}

#[test]
fn the_switch_decides_whether_collective_leave_counts() {
    // 24 December 2026 is collective leave.
    let found = rows("id,rule,start,unit,n,cb_working\na,x,2026-12-23,working,1,true\nb,x,2026-12-23,working,1,false\n");
    assert_eq!((found[0][1].as_str(), found[1][1].as_str()), ("2026-12-24", "2026-12-28"));
    assert!(found[1][2].contains("2026-12-24=(Cuti Bersama Hari Raya Natal / Christmas Joint Holiday)"), "{:?}", found[1]);
}

#[test]
fn quoted_cells_other_orders_and_other_columns_are_read_and_written() {
    let found = rows(
        "\u{feff}n,\"note, or not\",unit,start,rule,id,cb_working\r\n3,\"a, \"\"b\"\"\nc\",working,2026-07-06,D1,\"x, \"\"y\"\"\",false\r\n",
    );
    assert_eq!(found[0][..2], ["x, \"y\"".to_owned(), "2026-07-09".to_owned()]);
}

#[test]
fn a_table_by_rule_set_prints_every_reading_in_the_offices_dates() {
    let found = rows(
        "id,ruleset,deadline,start_instant,office\n\
         a,pemilu-penyelenggara,filing,2026-07-06T00:00:00+07:00,16.07\n\
         b,pemilu-penyelenggara@1,filing,2026-07-05T17:00:00Z,16.07\n\
         c,pemilu-penyelenggara,filing,2026-07-05T16:59:59Z,16.07\n\
         d,pemilu-penyelenggara,tidak_ada,2026-07-06T00:00:00+07:00,16.07\n\
         e,tidak-ada,filing,2026-07-06T00:00:00+07:00,16.07\n\
         f,pemilu-penyelenggara,filing,2026-07-06,16.07\n\
         g,pemilu-penyelenggara,filing,2026-07-06T00:00:00+07:00,99.99\n\
         h,pemilu-penyelenggara,filing,2001-07-06T00:00:00+07:00,16.07\n",
    );
    let dates: Vec<&str> = found.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(dates, ["2026-07-09", "2026-07-09", "2026-07-08", "", "", "", "", ""]);
    assert!(found[0][2].starts_with("reading=fixed; 2026-07-06=start 2026-07-07=1"));
    assert!(found[3..].iter().all(|row| !row[3].is_empty()));
}

#[test]
fn a_table_of_neither_kind_is_refused_whole() {
    for wrong in ["", "id,rule\n", "\u{0}\u{1}", "id;rule;start;unit;n;cb_working\n"] {
        assert!(answer(wrong.as_bytes()).is_err(), "{wrong:?}");
    }
    let not_utf8 = b"id,rule,start,unit,n,cb_working\n\xff,D1,2026-07-06,working,3,false\nb,D1,2026-07-06,working,3,false\n";
    let answered = answer(not_utf8).expect("a header that is known");
    assert!(answered.contains("UTF-8") && answered.contains("b,2026-07-09"), "{answered}");
}
