/// Chat templates: the part of the Jinja language that model files use, and nothing that reaches
/// further.
///
/// Start at [Template]. A template comes from a stranger's file. It sees only the values it is
/// given (text, numbers, truth values, lists, mappings), calls only the functions, filters and
/// tests named here, and is stopped at a number of steps, a length of output and a time. No Java
/// object, class or method can be named in it. The text of a conversation is never read as a
/// template.
///
/// A general Jinja library for Java was weighed and left: its macros only work when values are
/// interpreted as templates again, it knows neither `x[::-1]` nor `text.startswith('a')`, it cannot
/// be interrupted, and it finds methods by reflection.
@NullMarked
package org.cumae.text.jinja;

import org.jspecify.annotations.NullMarked;
