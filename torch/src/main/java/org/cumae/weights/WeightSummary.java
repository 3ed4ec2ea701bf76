package org.cumae.weights;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A weight file described to a person: what it is, what is in it, how large. Values of tensors are
/// not read.
///
/// @param path the file; for shards, their index
/// @param format its family
/// @param files the file or the shards
/// @param bytes the length of all files together
/// @param parameters the number of values in all tensors
/// @param bytesByType the bytes that each type of storage takes
/// @param metadata each value in a few words, lists by their length
/// @param tensors all tensors in the order of the file
public record WeightSummary(
        Path path,
        WeightFile.Format format,
        List<Path> files,
        long bytes,
        long parameters,
        Map<TensorType, Long> bytesByType,
        Map<String, String> metadata,
        List<TensorInfo> tensors) {
    /// Copies the collections.
    public WeightSummary {
        files = List.copyOf(files);
        bytesByType = Collections.unmodifiableMap(new LinkedHashMap<>(bytesByType));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        tensors = List.copyOf(tensors);
    }

    /// Describes an open file.
    public static WeightSummary of(WeightFile file) {
        List<TensorInfo> tensors = file.infos();
        Map<TensorType, Long> bytesByType = new EnumMap<>(TensorType.class);
        tensors.forEach(info -> bytesByType.merge(info.type(), info.bytes(), Long::sum));
        Map<String, String> metadata = new LinkedHashMap<>();
        file.metadata()
                .values()
                .forEach((key, value) -> metadata.put(key, Metadata.describe(value)));
        return new WeightSummary(
                file.path(),
                file.format(),
                file.files(),
                file.bytes(),
                tensors.stream().mapToLong(TensorInfo::elements).sum(),
                bytesByType,
                metadata,
                tensors);
    }
}
