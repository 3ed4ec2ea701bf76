/// Models of Cumae, in this process, as chat models of Spring AI: [CumaeChatModel].
@NullMarked
package org.cumae.spring;

import org.jspecify.annotations.NullMarked;
