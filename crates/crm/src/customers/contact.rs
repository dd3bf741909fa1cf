//! Contacts (联系人) and the customer's organisation chart.

use guanxi_model::field::{Address, Code, Email, LongText, Phone};
use guanxi_model::system::User;
use guanxi_model::time::Date;
use guanxi_model::{Choice, Entity, Id};

use super::customer::{Customer, Gender};

/// What a contact is in the customer's organisation (CON-10).
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartRole {
    BusinessPerson,
    Operator,
    PersonInCharge,
    DecisionMaker,
}

/// A person at a customer.
#[derive(Entity)]
#[entity(area = "customers", title = "name", owner = "owner", follows = "customer", search)]
pub struct Contact {
    #[field(max = 60, list, search)]
    pub name: String,
    /// The main customer.
    #[field(list, index)]
    pub customer: Option<Id<Customer>>,
    #[field(max = 60, list)]
    pub position: Option<String>,
    #[field(max = 60)]
    pub department_name: Option<String>,
    #[field(list)]
    pub chart_role: Option<ChartRole>,
    pub gender: Option<Gender>,
    /// 常用手机.
    #[field(list, search, sensitive)]
    pub mobile: Option<Phone>,
    #[field(search)]
    pub phone: Option<Phone>,
    #[field(list)]
    pub email: Option<Email>,
    #[field(max = 60, sensitive)]
    pub wechat: Option<String>,
    #[field(max = 20)]
    pub qq: Option<String>,
    pub address: Option<Address>,
    #[field(group = "care")]
    pub birthday: Option<Date>,
    #[field(group = "care")]
    pub anniversary: Option<Date>,
    /// The first person to call; one for each customer.
    #[field(list)]
    pub is_primary: bool,
    #[field(dict = "contact_group")]
    pub groups: Vec<Code>,
    #[field(dict = "contact_tag")]
    pub tags: Vec<Code>,
    #[field(group = "structure")]
    pub reports_to: Option<Id<Contact>>,
    #[field(group = "structure")]
    pub owner: Option<Id<User>>,
    pub remark: Option<LongText>,
    #[field(group = "system", readonly, index, max = 40)]
    pub mobile_key: Option<String>,
}

/// A further customer of a contact (CON-03).
#[derive(Entity)]
#[entity(area = "customers", title = "contact", follows = "customer")]
pub struct ContactCustomer {
    #[field(list, index)]
    pub contact: Id<Contact>,
    #[field(list, index)]
    pub customer: Id<Customer>,
    #[field(list, max = 60)]
    pub position: Option<String>,
}

/// An entry of someone's own address book (通讯录, CON-09).
#[derive(Entity)]
#[entity(area = "customers", title = "name", owner = "owner", personal, plural = "address-book")]
pub struct AddressBookEntry {
    #[field(list, max = 60)]
    pub name: String,
    #[field(list, max = 60)]
    pub position: Option<String>,
    #[field(list)]
    pub mobile: Option<Phone>,
    #[field(list, max = 120)]
    pub company: Option<String>,
    /// The contact it was copied from.
    #[field(readonly, index)]
    pub contact: Option<Id<Contact>>,
    #[field(index)]
    pub owner: Option<Id<User>>,
}
