/** The thread in which the practice AWS runs a function: an entry of its own, so that a bundle has a file for it. */
import '../../app/practice/aws/lambda/thread.ts';
