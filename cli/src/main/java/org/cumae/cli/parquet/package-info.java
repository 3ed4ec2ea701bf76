/// Series in Parquet files. Start at [ParquetSeries].
///
/// What stands in pages is decoded by parquet-column; finding the pages, unpacking them and saying
/// what a value means is done here. So neither Hadoop nor a native library is needed, and no number
/// in a file is believed that asks for more memory than the file can fill. Nested columns are left
/// where they are, and nothing is written.
@NullMarked
package org.cumae.cli.parquet;

import org.jspecify.annotations.NullMarked;
