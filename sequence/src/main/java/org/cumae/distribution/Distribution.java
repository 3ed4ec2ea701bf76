package org.cumae.distribution;

/// What is known of one variable: the law of its value given everything its row could see.
public sealed interface Distribution extends Finding permits Categorical, Gaussian {}
