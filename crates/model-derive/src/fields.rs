//! Reading the fields of a struct and their words.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Ident, Lit, Type};

const FIELD_TEXTS: [&str; 5] = ["max", "range", "group", "dict", "default"];
const FIELD_FLAGS: [&str; 10] = ["list", "search", "index", "unique", "readonly", "sensitive", "secret", "stars", "newest", "birth"];

/// The words of one attribute.
pub struct Words {
    texts: BTreeMap<String, String>,
    flags: Vec<String>,
}

impl Words {
    /// Reads `#[name(word, word = value)]`; a word that is not on the list does not compile.
    pub fn read(attrs: &[Attribute], name: &str, texts: &[&str], flags: &[&str]) -> syn::Result<Self> {
        let mut words = Self { texts: BTreeMap::new(), flags: Vec::new() };
        for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
            attr.parse_nested_meta(|meta| {
                let word = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
                if flags.contains(&word.as_str()) {
                    words.flags.push(word);
                    return Ok(());
                }
                if !texts.contains(&word.as_str()) {
                    return Err(meta.error(format!("unknown word `{word}`")));
                }
                let value = match meta.value()?.parse::<Lit>()? {
                    Lit::Str(text) => text.value(),
                    Lit::Int(number) => number.base10_digits().to_owned(),
                    other => return Err(syn::Error::new_spanned(other, "a text or a number")),
                };
                words.texts.insert(word, value);
                Ok(())
            })?;
        }
        Ok(words)
    }

    pub fn text(&self, word: &str) -> Option<String> {
        self.texts.get(word).cloned()
    }

    pub fn flag(&self, word: &str) -> bool {
        self.flags.iter().any(|flag| flag == word)
    }
}

/// A declared field.
pub struct Declared {
    pub name: String,
    ident: Ident,
    ty: Type,
    words: Words,
    docs: Vec<Attribute>,
}

/// The named fields of a struct.
pub fn declared_fields(input: &DeriveInput) -> syn::Result<Vec<Declared>> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "only structs declare fields"));
    };
    let declared = |field: &syn::Field| {
        let ident = field.ident.clone().ok_or_else(|| syn::Error::new_spanned(field, "fields need names"))?;
        let words = Words::read(&field.attrs, "field", &FIELD_TEXTS, &FIELD_FLAGS)?;
        let docs = field.attrs.iter().filter(|attr| attr.path().is_ident("doc")).cloned().collect();
        let name = ident.to_string().trim_start_matches("r#").to_owned();
        Ok(Declared { name, ident, ty: field.ty.clone(), words, docs })
    };
    data.fields.iter().map(declared).collect()
}

impl Declared {
    /// `pub const OWNER: Field<Customer, Option<Id<User>>>`.
    pub fn handle(&self, entity: &Ident, base: &TokenStream, index: usize) -> TokenStream {
        let (name, ty, docs) = (&self.name, &self.ty, &self.docs);
        let handle = format_ident!("{}", self.name.to_uppercase());
        quote! {
            #(#docs)*
            pub const #handle: guanxi_model::field::Field<#entity, #ty> =
                guanxi_model::field::Field::declared(#base + #index, #name);
        }
    }

    /// A row of a document holds no kind that is about the document as a whole: it does not compile.
    pub fn fits_a_line(&self) -> TokenStream {
        let ty = &self.ty;
        quote! {
            const _: () = assert!(<#ty as guanxi_model::field::FieldType>::KIND.fits_a_line(), "no kind for a line");
        }
    }

    /// The expression of its `FieldDef`.
    pub fn def(&self) -> TokenStream {
        let (name, ty) = (&self.name, &self.ty);
        let number = |text: String| text.parse::<u32>().ok();
        let max = match self.words.text("max").and_then(number) {
            Some(max) => quote!(Some(#max)),
            None => quote!(None),
        };
        let range = match self.words.text("range").as_deref().and_then(|text| text.split_once("..")) {
            Some((from, to)) => {
                let (from, to) = (from.parse::<i64>().unwrap_or(0), to.parse::<i64>().unwrap_or(i64::MAX));
                quote!(Some((#from, #to)))
            }
            None => quote!(None),
        };
        let default = match self.words.text("default") {
            Some(text) => quote!(Some(#text.to_owned())),
            None => quote!(None),
        };
        let options = match self.words.text("dict") {
            Some(dict) => quote!(guanxi_model::field::Options::Dictionary(#dict.to_owned())),
            None => quote!(<#ty as guanxi_model::field::FieldType>::options()),
        };
        let group = self.words.text("group").unwrap_or_else(|| "basic".to_owned());
        let [list, search, index, unique, readonly, sensitive, secret, stars, newest, birth] =
            FIELD_FLAGS.map(|flag| self.words.flag(flag));
        quote! {{
            let kind = <#ty as guanxi_model::field::FieldType>::KIND;
            let mut field = guanxi_model::field::FieldDef::new(#name, kind);
            field.default = #default;
            field.required = !<#ty as guanxi_model::field::FieldType>::OPTIONAL
                && field.default.is_none()
                && kind != guanxi_model::kind::Kind::Boolean;
            field.max = #max;
            field.range = #range;
            field.stars = #stars;
            field.birth = #birth;
            field.list = #list;
            field.search = #search;
            field.index = #index;
            field.unique = #unique;
            field.readonly = #readonly;
            field.sensitive = #sensitive;
            field.secret = #secret;
            field.newest = #newest;
            field.options = #options;
            field.target = <#ty as guanxi_model::field::FieldType>::target().map(str::to_owned);
            field.group = #group.to_owned();
            field
        }}
    }

    /// `name: from_value(record.at(index))?`.
    pub fn read(&self, index: TokenStream) -> TokenStream {
        let ident = &self.ident;
        quote!(#ident: guanxi_model::field::FieldType::from_value(record.at(#index))?)
    }

    /// `record.put(index, value)`.
    pub fn write(&self, index: TokenStream) -> TokenStream {
        let ident = &self.ident;
        quote!(record.put(#index, guanxi_model::field::FieldType::into_value(self.#ident));)
    }
}

/// `FollowUp` → `follow_up`.
pub fn snake(name: &str) -> String {
    let mut out = String::new();
    for (i, c) in name.chars().enumerate() {
        if c.is_uppercase() && i > 0 {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// `follow_up` → `follow-ups`, `territory` → `territories`.
pub fn kebab_plural(name: &str) -> String {
    let name = name.replace('_', "-");
    match name.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ if name.ends_with('s') => format!("{name}es"),
        _ => format!("{name}s"),
    }
}
