/// Public data sets: where each comes from, fetched once, checked, kept in one folder.
///
/// Start at [DataFolder]; [DataSets] lists what is known.
@NullMarked
package org.cumae.data;

import org.jspecify.annotations.NullMarked;
