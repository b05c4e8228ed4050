drop index messages_posts_idx;
