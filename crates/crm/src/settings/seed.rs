//! What a new company begins with: settings, words, roles, numbers, one pool.

use guanxi_model::field::{Code, LongText};
use guanxi_model::tx::record_of;
use guanxi_model::{Id, Result, Tx};

use super::business::BusinessSettings;
use super::field_profile::FieldProfile;
use super::numbering::{DatePart, Numbering};
use super::{dictionaries, roles};
use crate::customers::customer::CustomerKind;
use crate::customers::pool::{Pool, PoolMember};

/// Writes it; gives back the administrator's role.
pub fn seed(tx: &mut dyn Tx) -> Result<Option<i64>> {
    dictionaries::seed(tx)?;
    let catalog = tx.catalog().clone();
    tx.insert(record_of(&catalog, BusinessSettings::initial())?, "seed")?;
    for (entity, prefix, date_part) in
        [("customer", "KH", DatePart::Year), ("lead", "XS", DatePart::Year), ("follow_up", "GJ", DatePart::Year)]
    {
        let numbering = Numbering { entity: entity.to_owned(), prefix: Some(prefix.to_owned()), date_part, width: 6 };
        tx.insert(record_of(&catalog, numbering)?, "seed")?;
    }
    for profile in profiles() {
        tx.insert(record_of(&catalog, profile)?, "seed")?;
    }
    let pool = Pool { is_default: true, ..Pool::initial("公共客户池") };
    let pool: Id<Pool> = tx.insert(record_of(&catalog, pool)?, "seed")?.typed_id();
    let everyone = PoolMember { pool, user: None, department: None, everyone: true };
    tx.insert(record_of(&catalog, everyone)?, "seed")?;
    roles::seed(tx)
}

/// Compulsory fields as different companies ask for them (AM-07): ready to be switched on.
fn profiles() -> Vec<FieldProfile> {
    let profile = |name: &str, entity: &str, kinds: &[CustomerKind], fields: &str| FieldProfile {
        name: name.to_owned(),
        entity: entity.to_owned(),
        kinds: kinds.to_vec(),
        lifecycles: Vec::new(),
        classes: Vec::new(),
        required_fields: LongText(fields.to_owned()),
        enabled: false,
        except_classes: Vec::new(),
    };
    let code = |code: &str| vec![Code(code.to_owned())];
    let company = &[CustomerKind::Organisation];
    let freight = "name,phone,mobile,email,website,address,region,industry,company_size,source,introduction,\
                   product_categories,demand,credit_code,status,relation,customer_class,grade";
    vec![
        profile("新增公司客户", "customer", company, "name,address,industry,phone,introduction"),
        FieldProfile {
            classes: code("project"),
            ..profile("项目类客户", "customer", company, "name,project_name,address,phone,product_categories,mobile,customer_class")
        },
        FieldProfile { except_classes: code("authority"), ..profile("基本资料全部必填", "customer", company, freight) },
        profile("个人客户", "customer", &[CustomerKind::Person], "name,mobile"),
        profile("项目联系人", "contact", &[], "name,customer,mobile"),
        FieldProfile {
            lifecycles: code("potential"),
            ..profile("潜在客户跟进须填写下次联系时间", "follow_up", &[], "content,next_contact_at")
        },
    ]
}
