package org.cumae.text.jinja;

/// The value of a name that nobody has bound: empty as text, false as a condition, and an error as
/// soon as something is asked of it.
///
/// @param name what was not bound
record Undefined(String name) {
    TemplateException refusal() {
        return new TemplateException("'%s' is undefined", name);
    }
}
