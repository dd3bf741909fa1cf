//! `#[derive(Choice)]`.

use quote::quote;
use syn::{Data, DeriveInput, Fields, LitStr, Variant};

use crate::fields::snake;

/// The pill colour of an option: `#[choice(color = "red")]`.
fn color_of(variant: &Variant) -> syn::Result<Option<String>> {
    let mut color = None;
    for attribute in variant.attrs.iter().filter(|attribute| attribute.path().is_ident("choice")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("color") {
                return Err(meta.error("an option of a Choice says nothing but its color"));
            }
            color = Some(meta.value()?.parse::<LitStr>()?.value());
            Ok(())
        })?;
    }
    Ok(color)
}

pub fn expand(input: &DeriveInput) -> syn::Result<proc_macro2::TokenStream> {
    let name = &input.ident;
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new_spanned(name, "Choice is for enums"));
    };
    if let Some(variant) = data.variants.iter().find(|variant| !matches!(variant.fields, Fields::Unit)) {
        return Err(syn::Error::new_spanned(variant, "an option of a Choice holds nothing"));
    }
    let variants: Vec<_> = data.variants.iter().map(|variant| &variant.ident).collect();
    let codes: Vec<_> = variants.iter().map(|variant| snake(&variant.to_string())).collect();
    let mut colors = Vec::new();
    for (variant, code) in data.variants.iter().zip(&codes) {
        if let Some(color) = color_of(variant)? {
            colors.push(quote! { (#code, #color) });
        }
    }
    Ok(quote! {
        impl guanxi_model::field::Choice for #name {
            const ALL: &'static [(&'static str, Self)] = &[#((#codes, Self::#variants)),*];
            const COLORS: &'static [(&'static str, &'static str)] = &[#(#colors),*];
            fn code(self) -> &'static str {
                match self { #(Self::#variants => #codes),* }
            }
        }
        impl guanxi_model::field::FieldType for #name {
            const KIND: guanxi_model::kind::Kind = guanxi_model::kind::Kind::Choice;
            fn options() -> guanxi_model::field::Options {
                guanxi_model::field::Options::Fixed(<Self as guanxi_model::field::Choice>::choice_defs())
            }
            fn from_value(value: &guanxi_model::value::Value) -> Option<Self> {
                value.as_text().and_then(<Self as guanxi_model::field::Choice>::parse)
            }
            fn into_value(self) -> guanxi_model::value::Value {
                guanxi_model::value::Value::Text(guanxi_model::field::Choice::code(self).to_owned())
            }
        }
    })
}
