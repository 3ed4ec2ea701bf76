/// Recipes: one file that puts a method's parts together.
@NullMarked
package org.cumae.recipe;

import org.jspecify.annotations.NullMarked;
