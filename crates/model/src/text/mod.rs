//! Text as a Chinese company's CRM needs it: one comparable form, pinyin, search tokens,
//! and the comparable kernels of company names, phone numbers, credit codes, identity papers and login names.
//! Every function here is pure.

mod beginnings;
mod company;
mod credit_code;
mod divisions;
mod endings;
mod identity;
mod industries;
mod login;
mod naming;
mod normal;
mod phone;
mod pinyin;
mod query;
mod readings;
mod regions;
mod search;

pub use company::company_key;
pub use credit_code::{credit_code, credit_code_is_valid};
pub use divisions::{region_code, region_name};
pub use identity::is_identity_number;
pub use login::login_name;
pub use naming::{NameGap, NameParts, name_parts, naming_gaps};
pub use normal::normalise;
pub use phone::{Phone, is_mainland_mobile, phone, phone_key};
pub use pinyin::{Reading, readings, sort_key, spelled};
pub use query::{Term, Token, parse_query};
pub use search::{PART_SEPARATOR, TITLE_END, index_document, index_tokens, search_text};
