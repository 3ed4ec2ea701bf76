package org.cumae.data;

import java.net.URI;
import java.util.List;

/// A public data set.
///
/// @param name what people call it here
/// @param about what is in it, in a line
/// @param licence as stated where it comes from
/// @param source the page of whoever publishes it
/// @param files its files
public record DataSet(String name, String about, String licence, URI source, List<DataFile> files) {
    /// Copies the list.
    public DataSet {
        files = List.copyOf(files);
    }

    /// The length of all files together.
    public long bytes() {
        return files.stream().mapToLong(DataFile::bytes).sum();
    }
}
