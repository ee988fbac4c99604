//! The accessibility statement: what is claimed, criterion by criterion, what shows it, and what is not so. The same for
//! everybody, signed in or not, and without scripts.

use leptos::prelude::*;

use crate::words::{self, Criterion};

pub(super) fn accessibility() -> impl IntoView {
    let limits = words::LIMITS.map(|limit| view! { <li>{limit}</li> }).collect_view();
    let time = words::TIME_HELP.map(|help| view! { <p>{help}</p> }).collect_view();
    let columns = words::COLUMNS.map(|column| view! { <th scope="col">{column}</th> }).collect_view();
    let lines = words::CRITERIA.map(line).collect_view();
    view! {
        <main class="documents statement">
            <p class="way-back"><a href="/">{words::BACK_TO_HOLDFAST}</a></p>
            <h1>{words::ACCESSIBILITY}</h1>
            <p>{words::CONFORMANCE} " " <a href=words::GUIDELINES>{words::READ_GUIDELINES}</a></p>
            <p>{words::TELL_US}</p>
            <h2>{words::TIME}</h2>
            {time}
            <h2>{words::NOT_TRIED}</h2>
            <ul class="statement-limits">{limits}</ul>
            <h2 id="criteria">{words::TABLE}</h2>
            <p>{words::TABLE_HELP}</p>
            <table aria-labelledby="criteria">
                <thead>
                    <tr>{columns}</tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </main>
    }
}

fn line((number, name, level, claim, shown): Criterion) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{[number, " ", name].concat()}</th>
            <td>{level}</td>
            <td>{claim.word()}</td>
            <td>{shown}</td>
        </tr>
    }
}
