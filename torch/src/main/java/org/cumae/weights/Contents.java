package org.cumae.weights;

import java.util.List;

/// What a header says: metadata and the tensors with their places, checked against the file.
record Contents(Metadata metadata, List<StoredTensor> tensors) {}
