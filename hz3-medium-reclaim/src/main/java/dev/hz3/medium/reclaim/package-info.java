/// The recall: free medium runs in stock become free pages.
package dev.hz3.medium.reclaim;
