/// The recall: free medium runs in stock become free pages.
///
/// [MediumReclaim] pops runs from the central lists, which proves them free (I4), and hands their pages to the release boundary.
package dev.hz3.medium.reclaim;
