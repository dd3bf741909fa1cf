//! `#[derive(Entity)]`, `#[derive(Choice)]`, `#[derive(Input)]`: structs become tables, typed
//! handles and conversions. Nothing else: behaviour never lives here.
//!
//! The words of `#[entity(…)]`: `area = ""`, `title = ""`, `owner = ""`, `follows = ""`,
//! `plural = ""`, `search`, `rights`, `information`, `singleton`, `public`, `personal`, `held`, and
//! `line_of = "Type"` of a row of that type's documents, which declare `Lines<Row>`.
//!
//! The words of `#[field(…)]`: `max = n`, `range = "a..b"`, `group = ""`, `dict = ""`,
//! `default = ""`, `list`, `search`, `index`, `unique`, `readonly`, `sensitive`, `secret`.
//!
//! A field whose type is not `Option`, `Vec` or `bool` and has no default is required.

mod choice;
mod fields;

use fields::{Declared, Words, declared_fields, kebab_plural, snake};
use proc_macro::TokenStream;
use quote::quote;
use syn::{DeriveInput, parse_macro_input};

/// Declares an entity: its table, its typed handles, its conversions.
#[proc_macro_derive(Entity, attributes(entity, field))]
pub fn entity(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand_entity(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Declares the input of an action.
#[proc_macro_derive(Input, attributes(field))]
pub fn input(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand_input(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Declares a closed set of options.
#[proc_macro_derive(Choice, attributes(choice))]
pub fn choice(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    choice::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

const ENTITY_TEXTS: [&str; 6] = ["area", "title", "owner", "follows", "plural", "line_of"];
const ENTITY_FLAGS: [&str; 7] = ["search", "rights", "information", "singleton", "public", "personal", "held"];

fn expand_entity(input: &DeriveInput) -> syn::Result<proc_macro2::TokenStream> {
    let name = &input.ident;
    let words = Words::read(&input.attrs, "entity", &ENTITY_TEXTS, &ENTITY_FLAGS)?;
    let fields = declared_fields(input)?;
    let entity = snake(&name.to_string());
    let plural = words.text("plural").unwrap_or_else(|| kebab_plural(&entity));
    let area = words.text("area").unwrap_or_else(|| "settings".to_owned());
    let position = |word: &str| -> syn::Result<Option<usize>> {
        let Some(wanted) = words.text(word) else { return Ok(None) };
        let found = fields.iter().position(|field| field.name == wanted);
        found.map(Some).ok_or_else(|| syn::Error::new_spanned(name, format!("{word} names no field: {wanted}")))
    };
    let title = position("title")?.unwrap_or(0);
    let holder = words.text("line_of").map(|text| syn::parse_str::<syn::Type>(&text)).transpose()?;
    let base = match &holder {
        Some(_) => quote!(guanxi_model::entity::IMPLIED + guanxi_model::entity::LINE_FIELDS),
        None => quote!(guanxi_model::entity::IMPLIED),
    };
    let (line_of, line_fields) = match &holder {
        Some(holder) => {
            let of = quote!(<#holder as guanxi_model::entity::Entity>::ENTITY);
            (quote!(Some(#of.to_owned())), quote!(fields.extend(guanxi_model::entity::EntityDef::line_fields(#of));))
        }
        None => (quote!(None), quote!()),
    };
    let fits = fields.iter().filter(|_| holder.is_some()).map(Declared::fits_a_line);
    let option = |index: Option<usize>| match index {
        Some(i) => quote!(Some(#base + #i)),
        None => quote!(None),
    };
    let (owner, follows) = (option(position("owner")?), option(position("follows")?));
    let [search, rights, information, singleton, public, personal, held] = ENTITY_FLAGS.map(|flag| words.flag(flag));
    let handles = fields.iter().enumerate().map(|(i, field)| field.handle(name, &base, i));
    let defs = fields.iter().map(Declared::def);
    let reads = fields.iter().enumerate().map(|(i, field)| field.read(quote!(#base + #i)));
    let writes = fields.iter().enumerate().map(|(i, field)| field.write(quote!(#base + #i)));
    Ok(quote! {
        impl #name { #(#handles)* }
        #(#fits)*
        impl guanxi_model::entity::Entity for #name {
            const ENTITY: &'static str = #entity;
            fn def() -> guanxi_model::entity::EntityDef {
                let mut fields = guanxi_model::entity::EntityDef::implied_fields();
                #line_fields
                fields.extend([#(#defs),*]);
                guanxi_model::entity::EntityDef {
                    name: #entity.to_owned(),
                    plural: #plural.to_owned(),
                    area: #area.to_owned(),
                    title: #base + #title,
                    owner: #owner,
                    follows: #follows,
                    fields: fields.into(),
                    search: #search,
                    rights: #rights,
                    information: #information,
                    singleton: #singleton,
                    public: #public,
                    personal: #personal,
                    held: #held,
                    line_of: #line_of,
                    custom: false,
                    hidden: false,
                    label: None,
                    plural_label: None,
                    icon: None,
                    views: Vec::new(),
                    offered: None,
                    tally: None,
                    profiled: false,
                }
            }
            fn from_record(record: &guanxi_model::record::Record) -> Option<Self> {
                Some(Self { #(#reads),* })
            }
            fn write_to(self, record: &mut guanxi_model::record::Record) { #(#writes)* }
        }
    })
}

fn expand_input(input: &DeriveInput) -> syn::Result<proc_macro2::TokenStream> {
    let name = &input.ident;
    let fields = declared_fields(input)?;
    let defs = fields.iter().map(Declared::def);
    let reads = fields.iter().enumerate().map(|(i, field)| field.read(quote!(#i)));
    Ok(quote! {
        impl guanxi_model::action::Input for #name {
            fn fields() -> Vec<guanxi_model::field::FieldDef> { vec![#(#defs),*] }
            fn from_record(record: &guanxi_model::record::Record) -> Option<Self> {
                Some(Self { #(#reads),* })
            }
        }
    })
}
