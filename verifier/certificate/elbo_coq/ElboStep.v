(* What a certificate calls. *)
From Elbo Require Export Elbo ElboTac.
Open Scope R_scope.

(** A certificate says what these unfold: its tables, and its lines. *)
Ltac tables := idtac.
Ltac lines := idtac.
Ltac conditionals := idtac.
Ltac derived := idtac.

(** 0 < part, from a hypothesis that says so of a product or a quotient of it *)
Ltac specialized K := repeat lazymatch type of K with
  | ?P -> _ => let H := fresh in assert (H : P) by first [ assumption | pos | solve [ nz ] | solve [ intros; pos ] | solve [ intros; pose proof Deep; pos ] ]; specialize (K H); clear H
  end.
Ltac by_parts H := let K := fresh in pose proof H as K; tables; specialized K; split_pos_of K;
  first [ assumption | pos ].
(** 0 < part, where a sum is positive in each term of which it is *)
Ltac by_some := intros; repeat match goal with
  | H : 0 < Sum ?A ?f |- _ => destruct (Sum_pos_ex A f H) as [? ?]; clear H end;
  tables; split_pos; pos.
(** what is positive, or not 0, where a line has a meaning *)
Ltac known_else := first [ solve [pos_gathered] | pose proof Deep; first [ solve [pos] | solve [nz] ] ].
Ltac known := intros; derived; tables; elbo_unfold; split_pos; first [ assumption | solve [pos] | solve [nz] | known_else ].
Ltac by_nonnegative := intros; derived; tables; elbo_unfold; split_pos; nn.
Ltac use H := repeat lazymatch type of H with
  | ?P -> _ => let K := fresh in assert (K : P) by first [ assumption | solve [known] ];
               specialize (H K); clear K
  end.
Ltac by_chain := first [ assumption | lra ].

(* ------------------------------------------------------------------ *)
(** * From one relation to another *)
Lemma gap_le a b l r : l <= r -> b - a = r - l -> a <= b. Proof. lra. Qed.
Lemma gap_eq a b l r : l = r -> a - b = l - r -> a = b. Proof. lra. Qed.
Lemma scaled_eq m a b l r : m <> 0 -> l = r -> m * (a - b) = l - r -> a = b.
Proof.
  intros Hm -> H. rewrite (Rminus_diag_eq r r eq_refl) in H. apply Rmult_integral in H. lra.
Qed.
Lemma scaled_le m a b l r : 0 < m -> l <= r -> m * (b - a) = r - l -> a <= b.
Proof.
  intros Hm H E. destruct (Rle_lt_dec a b) as [|C]; [assumption|].
  pose proof (Rmult_lt_compat_l m (b - a) 0 Hm) as K. lra.
Qed.
Lemma with_this (G : Prop) (l r : R) : l = r -> (l = r -> G) -> G. Proof. auto. Qed.
Lemma exp_le_mono x y : x <= y -> exp x <= exp y.
Proof. intros [H| <-]; [left; now apply exp_increasing|lra]. Qed.
Lemma E_same (A : domain) (w l r : A -> R) :
  (forall a, 0 <= w a) -> (forall a, 0 < w a -> l a = r a) ->
  Sum A (fun a => w a * l a) = Sum A (fun a => w a * r a).
Proof.
  intros Hw H. apply Sum_ext. intros a. destruct (Hw a) as [P| <-]; [now rewrite H|ring].
Qed.

Lemma E_same2 (A B : domain) (w l r : A -> B -> R) :
  (forall a b, 0 <= w a b) -> (forall a b, 0 < w a b -> l a b = r a b) ->
  Sum A (fun a => Sum B (fun b => w a b * l a b)) = Sum A (fun a => Sum B (fun b => w a b * r a b)).
Proof. intros Hw H. apply Sum_ext. intros a. apply E_same; auto. Qed.

(* ------------------------------------------------------------------ *)
(** * Steps *)
Ltac as_le := lazymatch goal with |- _ >= _ => apply Rle_ge | _ => idtac end.
(** k with a known relation, read as l <= r in every way that it may be *)
Ltac read_as_le P k := first [ k P | k (Rge_le _ _ P) | k (Req_le _ _ P) | k (Req_le_sym _ _ P) ].
Ltac of_le Q := sides_of Q;
  first [ eapply gap_le; [ exact Q | solve [eq_step] ]
        | eapply gap_le; [ eapply ln_le_mono; [ | exact Q ]; solve [pos] | solve [eq_step] ]
        | eapply gap_le; [ eapply exp_le_mono; exact Q | solve [eq_step] ]
        | match goal with
          | H : 0 < ?m |- _ => eapply (scaled_le m); [ exact H | exact Q | solve [eq_step] ]
          | H : 0 < ?m |- _ => eapply (scaled_le (/ m));
                               [ now apply Rinv_0_lt_compat | exact Q | solve [eq_step] ]
          | |- context [_ / ?m] => eapply (scaled_le m); [ solve [pos] | exact Q | solve [eq_step] ]
          end ].
Ltac of_eq P := sides_of P;
  first [ eapply gap_eq; [ exact P | solve [eq_step] ]
        | eapply gap_eq; [ symmetry; exact P | solve [eq_step] ]
        | eapply gap_eq; [ eapply (f_equal ln); exact P | solve [eq_step] ]
        | eapply gap_eq; [ eapply (f_equal exp); exact P | solve [eq_step] ]
        | match goal with
          | H : 0 < ?m |- _ => eapply (scaled_eq m); [ lra | exact P | solve [eq_step] ]
          | H : 0 < ?m |- _ => eapply (scaled_eq (/ m)); [ apply Rinv_neq_0_compat; lra | exact P | solve [eq_step] ]
          end ].
Ltac side := cbv beta; first [ solve [ lra ] | solve [ intros; nn ] | solve [ intros; split_pos; pos ] | solve [ eq_step ]
                             | solve [ apply Req_le; eq_step ] ].
(** a relation that holds for all values of a variable, or two, under an average of these; or that of
    its logarithms *)
Ltac of_all P := elbo_unfold;
  match goal with
  | |- context [Sum ?A (fun a => @?w a * @?f a)] =>
      first [ eapply gap_le; [ eapply (E_mono A w); [ side | let a := fresh "a" in let H := fresh in
                intros a H; cbv beta; split_pos;
                let K := fresh in pose proof (P a) as K; specialized K; read_as_le K ltac:(fun Q => exact Q) ]
              | cbv beta; solve [eq_step] ]
            | in_all_ways ltac:(fun k => under_one A w P k) ]
  | |- context [Sum ?A (fun a => Sum ?B (fun b => @?w a b * @?f a b))] =>
      in_all_ways ltac:(fun k => under_two A B w P k)
  end
with in_all_ways u := first [ u ltac:(fun K => exact K) | u ltac:(fun K => exact (f_equal ln K)) ]
with under_one A w P k :=
  of_this ltac:(idtac; eapply (E_same A w); [ side | let a := fresh "a" in let H := fresh in
      intros a H; cbv beta; split_pos; let K := fresh in pose proof (P a) as K; specialized K; k K ])
with under_two A B w P k :=
  of_this ltac:(idtac; eapply (E_same2 A B w); [ side | let a := fresh "a" in let b := fresh "b" in let H := fresh in
      intros a b H; cbv beta; split_pos;
      let K := fresh in first [ pose proof (P a b) as K | pose proof (P b a) as K ]; specialized K; k K ])
with of_this k :=
  let S := fresh in eapply with_this; [ k | cbv beta; intros S; sides_of S; first
    [ eapply gap_eq; [ exact S | solve [eq_step] ] | eapply gap_eq; [ symmetry; exact S | solve [eq_step] ] ] ].
(** what is equal for all values of a variable, put in its place *)
Ltac rewritten P := elbo_unfold; first
  [ progress setoid_rewrite P; first [ reflexivity | solve [eq_step] | apply Req_le; solve [eq_step] ]
  | progress setoid_rewrite <- P; first [ reflexivity | solve [eq_step] | apply Req_le; solve [eq_step] ] ].
(** an equality, put in the place of what it says of *)
Ltac put_in P := elbo_unfold; first [ progress rewrite P; solve [eq_step] | progress rewrite <- P; solve [eq_step] ].
(** what a function is at a number, where its argument comes to that *)
Ltac at_argument P := elbo_unfold; lazymatch type of P with ?f ?c = _ => is_var f;
  match goal with |- context [f ?u] => replace u with c by (symmetry; solve [eq_step]); rewrite P; solve [eq_step] end end.
(** laws whose divergence is 0 are one *)
Ltac of_zero A q p P :=
  let K := fresh in
  assert (K : forall a, q a = p a) by (refine (KL_zero _ q p _ _ _ _ _ P); elbo_unfold; side);
  cbv beta in K;
  match goal with a : carrier A |- _ => eapply gap_eq; [ exact (K a) | solve [eq_step] ] end.
(** a step to which nothing else is known, and one from a statement P *)
Ltac start := intros; lines; derived; tables; once_each; unfold Rgt in *; split_pos.
(** what holds for all values, at those that are around *)
Ltac at_points P k := lazymatch type of P with
  | forall _ : carrier ?A, _ => match goal with a : carrier A |- _ => at_points (P a) k end
  | _ => k P
  end.
Ltac everywhere F := intros; first
  [ solve [ apply F; known ]
  | match goal with |- ?w * _ = 0 =>
      let N := fresh in assert (N : 0 <= w) by (tables; elbo_unfold; nn);
      destruct N as [N|N]; [ solve [ apply F; known ] | rewrite <- N; ring ] end ].
Ltac from_eq P := lazymatch type of P with
  | True => fail
  | KL ?A ?q ?p = 0 => first [ of_zero A q p P | of_eq P ]
  | _ = _ => first [ of_eq P | put_in P | at_argument P ]
  | _ => first [ rewritten P | of_all P ]
  end.
Ltac from_le P := lazymatch type of P with
  | True => fail
  | forall _, _ => first [ at_points P ltac:(fun Q => read_as_le Q ltac:(fun Q' => exact Q'))
                         | of_all P | rewritten P | at_points P ltac:(fun Q => read_as_le Q ltac:(fun Q' => of_le Q')) ]
  | _ => read_as_le P ltac:(fun Q => of_le Q)
  end.
(** an inequality whose instance stands in the goal *)
Ltac by_gibbs A q p := eapply gap_le; [ refine (Gibbs A q p _ _ _ _ _); elbo_unfold; side | solve [eq_step] ].
Ltac by_jensen A w f := eapply gap_le; [ refine (Jensen A w f _ _ _); side | cbv beta; solve [eq_step] ].
Ltac by_ln_bound A w u := eapply gap_le; [ refine (E_ln_bound A w u _ _); side | cbv beta; solve [eq_step] ].
Ltac is_interval := unfold interval; intros t a b Ht Ha Hb; cbv beta in *; nra.
Ltac by_shape H A w y := first
  [ eapply gap_le; [ refine (Jensen_concave A _ _ w y H _ _ _ _); cbv beta;
      first [ side | solve [is_interval] | solve [intros; trivial] ] | cbv beta; solve [eq_step] ] ].
(** powers: concave between 0 and 1, convex beyond *)
Lemma power_below t r : 0 <= t <= 1 -> 0 < r -> exp (t * ln r) <= 1 + t * (r - 1).
Proof.
  intros [T0 T1] Hr.
  pose proof (Jensen (Domain bool (true :: false :: nil)) (fun b : bool => if b then t else 1 - t)
    (fun b : bool => if b then r else 1)) as J.
  unfold Sum in J. simpl in J.
  assert (K : t * ln r <= ln (1 + t * (r - 1))).
  { replace (1 + t * (r - 1)) with (t * r + ((1 - t) * 1 + 0)) by ring.
    replace (t * ln r) with (t * ln r + ((1 - t) * ln 1 + 0)) by (rewrite ln_1; ring).
    apply J; [intros []; lra|intros []; lra|ring]. }
  rewrite <- (exp_ln (1 + t * (r - 1))); [now apply exp_le_mono|].
  destruct T0 as [T0| <-]; [|lra]. pose proof (Rmult_lt_0_compat t r T0 Hr). lra.
Qed.
Lemma power_above t r : t <= 0 \/ 1 <= t -> 0 < r -> 1 + t * (r - 1) <= exp (t * ln r).
Proof.
  intros [T|T] Hr.
  - pose proof (exp_ineq1_le (t * ln r)). pose proof (ln_le_sub1 r Hr).
    pose proof (Rmult_le_compat_neg_l t (ln r) (r - 1) T ltac:(assumption)). lra.
  - assert (I : 0 < / t) by (apply Rinv_0_lt_compat; lra).
    assert (J : / t <= 1) by (rewrite <- Rinv_1; apply Rinv_le_contravar; lra).
    pose proof (power_below (/ t) (exp (t * ln r)) ltac:(lra) (exp_pos _)) as K.
    rewrite ln_exp in K. replace (/ t * (t * ln r)) with (ln r) in K by (field; lra).
    rewrite exp_ln in K by assumption. apply (Rmult_le_compat_l t) in K; [|lra].
    replace (t * (1 + / t * (exp (t * ln r) - 1))) with (t + (exp (t * ln r) - 1)) in K by (field; lra). lra.
Qed.
Lemma mean_pos (A : domain) (w y : A -> R) : (forall a, 0 <= w a) -> (forall a, 0 < w a -> 0 < y a) ->
  Sum A w = 1 -> 0 < Sum A (fun a => w a * y a).
Proof.
  intros N P H. assert (0 < Sum A w) as Q by lra. clear H. unfold Sum in *. revert Q.
  induction (enum A) as [|a l IH]; simpl; [lra|]. intros H.
  assert (Z : 0 <= lsum (fun a => w a * y a) l).
  { apply lsum_nonneg. intros b. apply weighed_nonneg; [apply N|]. intros. left. auto. }
  destruct (N a) as [Q|Q]; [pose proof (Rmult_lt_0_compat _ _ Q (P a Q)); lra|].
  rewrite <- Q in *. rewrite Rmult_0_l, Rplus_0_l in *. now apply IH.
Qed.
Lemma power_at t m y : 0 < m -> 0 < y -> exp (t * ln y) = exp (t * ln m) * exp (t * ln (y / m)).
Proof. intros Hm Hy. rewrite <- exp_plus. f_equal. rewrite ln_div by assumption. ring. Qed.
Lemma power_mean (A : domain) (t m : R) (w y : A -> R) : 0 < m -> Sum A w = 1 -> Sum A (fun a => w a * y a) = m ->
  Sum A (fun a => w a * (exp (t * ln m) * (1 + t * (y a / m - 1)))) = exp (t * ln m).
Proof.
  intros Hm N E. rewrite (Sum_ext _ _ (fun a => (exp (t * ln m) * (1 - t)) * w a + (exp (t * ln m) * t / m) * (w a * y a)))
    by (intros; field; lra).
  rewrite Sum_plus, !Sum_scal, N, E. field. lra.
Qed.
Theorem Power_le (A : domain) (t : R) (w y : A -> R) : 0 <= t <= 1 ->
  (forall a, 0 <= w a) -> (forall a, 0 < w a -> 0 < y a) -> Sum A w = 1 ->
  Sum A (fun a => w a * exp (t * ln (y a))) <= exp (t * ln (Sum A (fun a => w a * y a))).
Proof.
  intros T N P H. pose proof (mean_pos A w y N P H) as M.
  rewrite <- (power_mean A t _ w y M H eq_refl). apply E_mono; [exact N|]. intros a Ha.
  rewrite (power_at t _ (y a) M (P a Ha)). apply Rmult_le_compat_l; [left; apply exp_pos|].
  apply power_below; [exact T|]. apply Rdiv_lt_0_compat; auto.
Qed.
Theorem Power_ge (A : domain) (t : R) (w y : A -> R) : t <= 0 \/ 1 <= t ->
  (forall a, 0 <= w a) -> (forall a, 0 < w a -> 0 < y a) -> Sum A w = 1 ->
  exp (t * ln (Sum A (fun a => w a * y a))) <= Sum A (fun a => w a * exp (t * ln (y a))).
Proof.
  intros T N P H. pose proof (mean_pos A w y N P H) as M.
  rewrite <- (power_mean A t _ w y M H eq_refl). apply E_mono; [exact N|]. intros a Ha.
  rewrite (power_at t _ (y a) M (P a Ha)). apply Rmult_le_compat_l; [left; apply exp_pos|].
  apply power_above; [exact T|]. apply Rdiv_lt_0_compat; auto.
Qed.
Theorem Square (A : domain) (w f : A -> R) : (forall a, 0 <= w a) -> Sum A w = 1 ->
  Sum A (fun a => w a * f a) ^ 2 <= Sum A (fun a => w a * f a ^ 2).
Proof.
  intros N W. set (m := Sum A (fun a => w a * f a)).
  assert (H : 0 <= Sum A (fun a => w a * (f a - m) ^ 2)).
  { apply Sum_nonneg. intros a. apply Rmult_le_pos; [apply N|]. rewrite <- Rsqr_pow2. apply Rle_0_sqr. }
  rewrite (Sum_ext _ _ (fun a => w a * f a ^ 2 - (2 * m) * (w a * f a) + m ^ 2 * w a)) in H by (intros; ring).
  rewrite Sum_plus, Sum_minus, !Sum_scal, W in H. fold m in H. lra.
Qed.
Lemma exp_pow n y : 0 < y -> exp (INR n * ln y) = y ^ n.
Proof. intros H. rewrite <- ln_pow by exact H. apply exp_ln. now apply pow_lt. Qed.
Lemma exp_pow_less n y : 0 < y -> exp (- INR n * ln y) = / (y ^ n).
Proof. intros H. rewrite <- exp_pow, <- exp_Ropp by exact H. f_equal. ring. Qed.
Theorem Power_nat (A : domain) (n : nat) (w y : A -> R) : (1 <= n)%nat ->
  (forall a, 0 <= w a) -> (forall a, 0 < w a -> 0 < y a) -> Sum A w = 1 ->
  Sum A (fun a => w a * y a) ^ n <= Sum A (fun a => w a * y a ^ n).
Proof.
  intros L N P W. rewrite <- (exp_pow n) by now apply mean_pos.
  rewrite <- (E_same A w (fun a => exp (INR n * ln (y a))) (fun a => y a ^ n)) by auto using exp_pow.
  apply Power_ge; auto. right. now apply (le_INR 1).
Qed.
Theorem Power_inverse (A : domain) (n : nat) (w y : A -> R) :
  (forall a, 0 <= w a) -> (forall a, 0 < w a -> 0 < y a) -> Sum A w = 1 ->
  / (Sum A (fun a => w a * y a) ^ n) <= Sum A (fun a => w a * / (y a ^ n)).
Proof.
  intros N P W. rewrite <- (exp_pow_less n) by now apply mean_pos.
  rewrite <- (E_same A w (fun a => exp (- INR n * ln (y a))) (fun a => / (y a ^ n))) by auto using exp_pow_less.
  apply Power_ge; auto. left. pose proof (pos_INR n). lra.
Qed.
Lemma over_above a b : 0 < b -> b <= a -> 1 <= a / b.
Proof. intros H K. apply (Rmult_le_reg_r b); [exact H|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. Qed.
Lemma over_within a b : 0 < b -> 0 <= a <= b -> 0 <= a / b <= 1.
Proof.
  intros H [K L]. split; [now apply nn_div; lra|]. apply (Rmult_le_reg_r b); [exact H|].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.
Lemma over_below a b : 0 < b -> a <= 0 -> a / b <= 0.
Proof. intros H K. pose proof (Rmult_le_compat_r (/ b) a 0 (Rlt_le _ _ (Rinv_0_lt_compat _ H)) K). unfold Rdiv. lra. Qed.
Ltac exponent := first [ lra | left; lra | right; lra | apply over_within; [ pos | split; lra ]
  | right; apply over_above; [ pos | lra ] | left; apply over_below; [ pos | lra ] ].
(** a concave function of a mean is at least the mean of its values, however the mean is written: s is
    the mean, w the sum of its weights, l the mean of values; f is below its tangents, of slope d *)
Definition tangent (f d : R -> R) := forall a m, 0 < a -> 0 < m -> f a <= f m + d m * (a - m).
Definition below (f d : R -> R) (s w l : R) := 0 <= w /\ 0 <= s /\ (0 < w -> 0 < s) /\
  forall m, 0 < m -> l <= w * f m + d m * (s - w * m).
Lemma below_atom f d a l : tangent f d -> 0 < a -> l = f a -> below f d a 1 l.
Proof. intros T Ha ->. repeat split; try lra. intros m Hm. pose proof (T a m Ha Hm). lra. Qed.
Lemma below_plus f d s w l s' w' l' : below f d s w l -> below f d s' w' l' -> below f d (s + s') (w + w') (l + l').
Proof.
  intros (W & S & P & H) (W' & S' & P' & K). repeat split; try lra.
  intros m Hm. specialize (H m Hm). specialize (K m Hm). lra.
Qed.
Lemma below_scale f d c s w l : 0 <= c -> (0 < c -> below f d s w l) -> below f d (c * s) (c * w) (c * l).
Proof.
  intros [Hc| <-] B.
  - destruct (B Hc) as (W & S & P & H). repeat split; try (apply Rmult_le_pos; lra).
    + intros Q. apply Rmult_lt_0_compat; [exact Hc|]. apply P, (pos_mult_r c); lra.
    + intros m Hm. pose proof (Rmult_le_compat_l c _ _ (Rlt_le _ _ Hc) (H m Hm)). lra.
  - rewrite !Rmult_0_l. repeat split; try lra. intros. lra.
Qed.
Lemma below_scale_r f d c s w l : 0 <= c -> (0 < c -> below f d s w l) -> below f d (s * c) (w * c) (l * c).
Proof. intros. rewrite !(Rmult_comm _ c). now apply below_scale. Qed.
Lemma below_sum f d (A : domain) s w l : (forall a, below f d (s a) (w a) (l a)) -> below f d (Sum A s) (Sum A w) (Sum A l).
Proof.
  intros B. repeat split; try (apply Sum_nonneg; intros; apply B).
  - intros Q. unfold Sum in *. induction (enum A) as [|a k IH]; simpl in *; [lra|].
    destruct (B a) as (W & S & P & _). assert (0 <= lsum s k) by (apply lsum_nonneg; intros; apply B).
    assert (0 <= lsum w k) by (apply lsum_nonneg; intros; apply B).
    destruct (Rle_lt_dec (w a) 0) as [D|D]; [|pose proof (P D); lra].
    assert (V : 0 < lsum w k) by lra. pose proof (IH V). lra.
  - intros m Hm. rewrite <- Sum_scal_r, <- Sum_scal_r, <- Sum_minus, <- Sum_scal, <- Sum_plus.
    apply Sum_le. intros a. now apply B.
Qed.
Lemma below_mean f d s w l : below f d s w l -> w = 1 -> l <= f s.
Proof. intros (_ & _ & P & H) ->. pose proof (P Rlt_0_1) as Hs. specialize (H s Hs). lra. Qed.
Lemma tangent_ln : tangent ln (fun m => / m).
Proof.
  intros a m Ha Hm. pose proof (ln_le_sub1 (a / m) (Rdiv_lt_0_compat _ _ Ha Hm)) as H.
  rewrite ln_div in H by assumption. replace (/ m * (a - m)) with (a / m - 1) by (field; lra). lra.
Qed.
Lemma tangent_power t : 0 <= t <= 1 ->
  tangent (fun y => exp (t * ln y)) (fun m => exp (t * ln m) * t / m).
Proof.
  intros T a m Ha Hm. rewrite (power_at t m a Hm Ha).
  pose proof (Rmult_le_compat_l _ _ _ (Rlt_le _ _ (exp_pos (t * ln m))) (power_below t (a / m) T (Rdiv_lt_0_compat _ _ Ha Hm))) as H.
  replace (exp (t * ln m) * (1 + t * (a / m - 1))) with (exp (t * ln m) + exp (t * ln m) * t / m * (a - m)) in H by (field; lra).
  exact H.
Qed.
Lemma tangent_convex t : t <= 0 \/ 1 <= t ->
  tangent (fun y => - exp (t * ln y)) (fun m => - (exp (t * ln m) * t / m)).
Proof.
  intros T a m Ha Hm. rewrite (power_at t m a Hm Ha).
  pose proof (Rmult_le_compat_l _ _ _ (Rlt_le _ _ (exp_pos (t * ln m))) (power_above t (a / m) T (Rdiv_lt_0_compat _ _ Ha Hm))) as H.
  replace (exp (t * ln m) * (1 + t * (a / m - 1))) with (exp (t * ln m) + exp (t * ln m) * t / m * (a - m)) in H by (field; lra).
  lra.
Qed.
Lemma mean_ln s w l : below ln (fun m => / m) s w l -> w = 1 -> l <= ln s. Proof. apply below_mean. Qed.
Lemma mean_power t s w l : below (fun y => exp (t * ln y)) (fun m => exp (t * ln m) * t / m) s w l -> w = 1 ->
  l <= exp (t * ln s).
Proof. exact (below_mean _ _ s w l). Qed.
Lemma mean_convex t s w l : below (fun y => - exp (t * ln y)) (fun m => - (exp (t * ln m) * t / m)) s w l -> w = 1 ->
  exp (t * ln s) <= - l.
Proof. intros B W. pose proof (below_mean _ _ s w l B W). cbv beta in *. lra. Qed.
Ltac belows k := cbv beta; multimatch goal with
  | |- _ => mixture ltac:(belows k)
  | |- below _ _ ?a _ _ => lazymatch a with Sum _ _ => fail | _ + _ => fail | _ => eapply below_atom; [ k | solve [ pos ] | cbv beta; reflexivity ] end
  end
with mixture k := cbv beta; multimatch goal with
  | |- below _ _ (_ + _) _ _ => eapply below_plus; k
  | |- below _ _ (Sum _ _) _ _ => eapply below_sum; let a := fresh "a" in intros a; k
  | |- below _ _ (_ * _) _ _ => eapply below_scale; [ nn | intros; split_pos; k ]
  | |- below _ _ (_ * _) _ _ => eapply below_scale_r; [ nn | intros; split_pos; k ]
  | |- below _ _ (_ / _) _ _ => eapply below_scale_r; [ nn | intros; split_pos; k ]
  end.
Ltac mean_of k := mixture ltac:(belows k).
Ltac weights_one := solve [ lra | field; nzs | cbv beta; eq_step ].
(** what is at most a line in which each such function of a mean is taken for the mean of its values;
    what is at least one in which each is that is subtracted *)
Lemma minus_le a b l u : l <= a -> b <= u -> l - u <= a - b. Proof. lra. Qed.
Ltac rises := cbv beta; lazymatch goal with
  | |- _ <= ?e => tryif has e ln then lazymatch e with
    | Sum _ _ => eapply Sum_le; let a := fresh "a" in intros a; rises
    | _ + _ => eapply Rplus_le_compat; rises
    | _ - _ => eapply minus_le; [ rises | falls ]
    | - _ => eapply Ropp_le_contravar; falls
    | _ * _ => first [ eapply weighed_le; [ nn | intros; split_pos; rises ]
                     | eapply Rmult_le_compat_r; [ nn | rises ] | apply Rle_refl ]
    | _ / _ => first [ eapply Rmult_le_compat_r; [ nn | rises ] | apply Rle_refl ]
    | ln ?u => first [ eapply mean_ln; [ mean_of ltac:(apply tangent_ln) | weights_one ]
                     | eapply ln_le_mono; [ | rises ]; solve [ pos ] | apply Rle_refl ]
    | exp (?t * ln _) => first [ eapply mean_power; [ mean_of ltac:(apply tangent_power; exponent) | weights_one ] | apply Rle_refl ]
    | _ => apply Rle_refl end else apply Rle_refl
  end
with falls := cbv beta; lazymatch goal with
  | |- ?e <= _ => tryif has e ln then lazymatch e with
    | Sum _ _ => eapply Sum_le; let a := fresh "a" in intros a; falls
    | _ + _ => eapply Rplus_le_compat; falls
    | _ - _ => eapply minus_le; [ falls | rises ]
    | - _ => eapply Ropp_le_contravar; rises
    | _ * _ => first [ eapply weighed_le; [ nn | intros; split_pos; falls ]
                     | eapply Rmult_le_compat_r; [ nn | falls ] | apply Rle_refl ]
    | _ / _ => first [ eapply Rmult_le_compat_r; [ nn | falls ] | apply Rle_refl ]
    | ln ?u => first [ eapply ln_le_mono; [ solve [ pos ] | falls ] | apply Rle_refl ]
    | exp (?t * ln _) => first [ eapply mean_convex; [ mean_of ltac:(apply tangent_convex; exponent) | weights_one ] | apply Rle_refl ]
    | _ => apply Rle_refl end else apply Rle_refl
  end.
Lemma sandwich a b l u : l <= b -> a <= u -> l = u -> a <= b. Proof. lra. Qed.
Ltac means up down := cbv beta; lazymatch goal with |- ?a <= ?b =>
  eapply sandwich; [ up | down | cbv beta; lazymatch goal with |- ?l = ?u =>
    tryif (constr_eq l b; constr_eq u a) then fail else solve [ eq_step ] end ] end.
Ltac by_means := first [ means rises ltac:(apply Rle_refl) | means ltac:(apply Rle_refl) falls | means rises falls ].
Ltac inequality := cbv beta; first
  [ apply Jensen; side | apply Square; side | apply Power_nat; [ repeat constructor | side .. ] | apply Power_inverse; side
  | apply Power_le; first [ exponent | side ] | apply Power_ge; first [ exponent | side ] | apply Jensen2; side | apply E_ln_bound; side | apply ln_le_sub1; side
  | apply Gibbs; side | apply Gibbs2; side
  | apply E_nonneg; [ side | let a := fresh "a" in let H := fresh in intros a H; split_pos; inequality ]
  | apply E_mono; [ side | let a := fresh "a" in let H := fresh in intros a H; split_pos; inequality ] ].
Ltac by_power A t w y := first
  [ eapply gap_le; [ refine (Power_le A t w y _ _ _ _); [ exponent | side .. ] | cbv beta; solve [eq_step] ]
  | eapply gap_le; [ refine (Power_ge A t w y _ _ _ _); [ exponent | side .. ] | cbv beta; solve [eq_step] ] ].
Ltac search_more := fail. (* below *)
Ltac search :=
  match goal with
  | |- _ => search_more
  | |- context [KL ?A ?q ?p] => by_gibbs A q p
  | _ : context [KL ?A ?q ?p] |- _ => by_gibbs A q p
  | |- context [E ?A ?w (fun a => KL ?B (@?q a) (@?p a))] =>
      eapply gap_le; [ eapply (E_nonneg A w (fun a => KL B (q a) (p a))); [ side
        | let a := fresh "a" in let H := fresh in intros a H; split_pos; apply Gibbs; elbo_unfold; side ]
        | solve [eq_step] ]
  | |- context [ln (?u)] => eapply gap_le; [ apply (ln_le_sub1 u); solve [pos] | solve [eq_step] ]
  | |- _ => elbo_unfold; match goal with
    | |- context [ln (Sum ?A (fun a => @?w a * @?f a))] => by_jensen A w f
    | |- context [ln (Sum ?A (fun a => @?f a * @?w a))] => by_jensen A w f
    | H : concave _ ?f |- context [Sum ?A (fun a => @?w a * ?f (@?y a))] => by_shape H A w y
    | H : convex _ ?f |- context [Sum ?A (fun a => @?w a * ?f (@?y a))] => by_shape H A w y
    | |- context [Sum ?A (fun a => @?w a * exp (?t * ln (@?y a)))] => by_power A t w y
    | |- context [Sum ?A (fun a => @?w a * ln (@?u a))] => by_ln_bound A w u
    | |- context [Sum ?A (fun a => @?w a * ln (@?u a / @?v a))] => by_gibbs A u v
    | |- context [Sum ?A (fun a => @?w a * ln (@?u a / @?v a))] => by_gibbs A v u
    | |- _ => by_means
    | |- context [Sum ?A (fun a => @?w a * @?f a ^ 2)] =>
        eapply gap_le; [ refine (Square A w f _ _); side | cbv beta; solve [eq_step] ]
    end
  end.
(** averages of logarithms of ratios: at least an average of 1 less the inverse ratio, which is 0 where
    that is another law *)
Lemma gibbs_point w r : 0 <= w -> (0 < w -> 0 < r) -> w * (1 - / r) <= w * ln r.
Proof. intros. apply weighed_le; [assumption|]. intros. now apply ln_ge_1_sub_inv, H0. Qed.
Lemma zero_le l r : l <= r -> l = 0 -> 0 <= r. Proof. lra. Qed.
Ltac gibbs_points := cbv beta; lazymatch goal with
  | |- _ <= Sum _ _ => eapply Sum_le; let a := fresh "a" in intros a; gibbs_points
  | |- _ <= _ * ln _ => apply gibbs_point; [ nn | intros; split_pos; pos ]
  end.
Ltac by_gibbs_points := elbo_unfold; lazymatch goal with |- 0 <= Sum _ (fun _ => Sum _ _) =>
  eapply zero_le; [ gibbs_points | cbv beta; solve [ eq_step ] ] end.
(** what is never negative: averages of divergences, and products of such *)
Ltac at_least_0 := cbv beta; first [ lra | solve [ nn ]
  | lazymatch goal with
    | |- 0 <= E _ _ _ => unfold E; at_least_0
    | |- 0 <= Sum _ _ => first [ solve [ apply Sum_nonneg; let a := fresh "a" in intros a; at_least_0 ] | by_gibbs_points ]
    | |- 0 <= KL _ _ _ => apply Gibbs; elbo_unfold; side
    | |- 0 <= Ent _ _ => apply Ent_nonneg; side
    | |- 0 <= CE _ _ _ => apply CE_nonneg; elbo_unfold; side
    | |- 0 <= _ + _ => apply Rplus_le_le_0_compat; at_least_0
    | |- 0 <= _ * _ => first
        [ apply weighed_nonneg; [ solve [nn] | intros; split_pos; at_least_0 ]
        | rewrite Rmult_comm; apply weighed_nonneg; [ solve [nn] | intros; split_pos; at_least_0 ]
        | apply Rmult_le_pos; at_least_0 ]
    end ].
(** what is probable at most 1 has a logarithm of at most 0, whatever it is averaged over *)
Lemma ln_le_0 r : r <= 1 -> ln r <= 0.
Proof.
  intros H. destruct (Rlt_le_dec 0 r) as [P|P]; [rewrite <- ln_1; now apply ln_le_mono|].
  unfold ln. destruct (Rlt_dec 0 r) as [Q|Q]; [exfalso; lra|lra].
Qed.
Lemma Sum_nonpos (A : domain) f : (forall a, f a <= 0) -> Sum A f <= 0.
Proof. intros H. rewrite <- (Sum_0 A). now apply Sum_le. Qed.
Lemma weighed_nonpos w e : 0 <= w -> e <= 0 -> w * e <= 0.
Proof. intros W E. pose proof (Rmult_le_compat_l w e 0 W E). lra. Qed.
Lemma part_at_most_1 (A : alphabet) f (a : A) : (forall b, 0 <= f b) -> f a / Sum A f <= 1.
Proof.
  intros N. pose proof (Sum_ge_term A f a N) as H. destruct (Rle_lt_or_eq_dec 0 (Sum A f) (Sum_nonneg A f N)) as [P|P].
  - apply over_within; [exact P|]. split; [apply N|exact H].
  - rewrite <- P. unfold Rdiv. rewrite Rinv_0. lra.
Qed.
Ltac at_most_1 := cbv beta; first [ lra | lazymatch goal with
  | |- _ / _ <= 1 => match goal with a : carrier (whole ?A) |- _ / Sum (whole ?A) ?f <= 1 =>
      change (f a / Sum A f <= 1); apply part_at_most_1; intros; nn end
  | |- Sum _ _ <= 1 => first [ solve [ apply Req_le; is_one ] | of_one_more ]
  | |- _ => of_one_more
  end ]
with of_one_more := match goal with a : carrier (whole ?A) |- ?r <= 1 =>
  lazymatch r with context [a] => lazymatch eval pattern a in r with ?f a =>
    apply (Rle_trans _ _ _ (Sum_ge_term A f a ltac:(intros; nn))); at_most_1 end end end.
Ltac at_most_0 := cbv beta; lazymatch goal with
  | |- Sum _ _ <= 0 => apply Sum_nonpos; let a := fresh "a" in intros a; at_most_0
  | |- ln _ <= 0 => apply ln_le_0; at_most_1
  | |- _ * _ <= 0 => apply weighed_nonpos; [ nn | at_most_0 ]
  end.
Ltac spread := unfold Rminus in *; repeat first [ setoid_rewrite Rmult_plus_distr_l | setoid_rewrite Sum_plus
  | setoid_rewrite Ropp_mult_distr_r_reverse | setoid_rewrite Sum_opp ].
Ltac surprise A f := has f ln; lazymatch goal with _ : Sum A f <= 0 |- _ => fail | _ => assert (Sum A f <= 0) by at_most_0 end.
Ltac surprises := repeat match goal with
  | |- context [Sum ?A ?f] => surprise A f
  | _ : context [Sum ?A ?f] |- _ => surprise A f
  end; lra.
Ltac by_surprise := elbo_unfold; first [ surprises | progress spread; surprises ].
(** divergences and averages of them are never negative: what is left out of a line, or is multiplied by
    what a parameter is above another *)
Ltac never_negative d := lazymatch goal with _ : 0 <= d |- _ => fail | _ => assert (0 <= d) by at_least_0 end.
Ltac signed := repeat match goal with
  | |- context [KL ?A ?q ?p] => never_negative (KL A q p)
  | |- context [E ?A ?w (fun a => KL ?B (@?q a) (@?p a))] => never_negative (E A w (fun a => KL B (q a) (p a)))
  | |- context [E ?A ?w (fun a => E ?B (@?v a) (fun b => KL ?C (@?q a b) (@?p a b)))] =>
      never_negative (E A w (fun a => E B (v a) (fun b => KL C (q a b) (p a b))))
  end.
Ltac is_plain a := lazymatch a with context [Sum] => fail | context [E] => fail | context [KL] => fail | _ => idtac end.
Ltac above a b d := is_plain a; is_plain b; lazymatch d with E _ _ _ => idtac | KL _ _ _ => idtac end; lazymatch goal with
  | _ : 0 <= (b - a) * d |- _ => fail
  | _ => assert (0 <= (b - a) * d) by (apply Rmult_le_pos; [ lra | assumption ]) end.
Ltac by_signs := lazymatch goal with |- context [KL _ _ _] => signed end; first [ lra |
  repeat match goal with
  | _ : 0 <= ?d, _ : ?a <= ?b |- _ => above a b d
  | _ : 0 <= ?d, _ : ?b >= ?a |- _ => above a b d
  | _ : 0 <= ?d, _ : ?a < ?b |- _ => above a b d
  end; lra ].
(** k, inside of what both sides are made alike of *)
Ltac within k := cbv beta; first [ k | lazymatch goal with
  | |- ?a * ?c <= ?b * ?c => apply Rmult_le_compat_r; [ first [ nn | left; pos ] | within k ]
  | |- ?c * ?a <= ?c * ?b => apply Rmult_le_compat_l; [ first [ nn | left; pos ] | within k ]
  | |- ?a / ?c <= ?b / ?c => apply Rmult_le_compat_r; [ first [ nn | left; pos ] | within k ]
  | |- _ + ?c <= _ + ?c => apply Rplus_le_compat_r; within k
  | |- ?c + _ <= ?c + _ => apply Rplus_le_compat_l; within k
  | |- _ - ?c <= _ - ?c => apply Rplus_le_compat_r; within k
  | |- ln _ <= ln _ => apply ln_le_mono; [ pos | within k ]
  | |- exp _ <= exp _ => apply exp_le_mono; within k
  | |- E ?A ?w _ <= E ?A ?w _ => apply (E_mono A w); [ side | let a := fresh "a" in let H := fresh in
      intros a H; cbv beta in H; split_pos; within k ]
  end ].
(** a mass is at most 1: it is one term of a sum that is 1 *)
Ltac by_masses := start; repeat match goal with
  | H : (forall _, 0 <= _) -> _ |- _ => specialize (H ltac:(intros; cbv beta; nn)); cbv beta in H end; lra.
(** a fact that holds at all values, put in the lines as they are written *)
Ltac by_fact P := lazymatch type of P with
  | forall _, _ => lines; elbo_unfold;
      first [ progress repeat setoid_rewrite P | progress repeat setoid_rewrite <- P ];
      start; first [ solve [eq_step] | as_le; apply Req_le; solve [eq_step] ]
  end.
(** the last or the first of what a sum or product over an index is of, taken off *)
Ltac end_apart := fail. (* below *)
(** all equalities that are known, put in: as they stand, or what their normal forms say of one sum *)
Lemma known_nf (G : Prop) a b P Q r s : a = b -> a = psum P -> b = psum Q -> psum P = r -> psum Q = s -> (r = s -> G) -> G.
Proof. intros -> -> E <- <- H. now apply H. Qed.
Lemma one_sum a r s : a + r = s -> a = s - r. Proof. lra. Qed.
Lemma no_sum (a r s : R) : a = s -> a = s. Proof. trivial. Qed.
Ltac normal_facts := repeat match goal with
  | H : ?l = ?r |- _ => has l Sum; eapply (known_nf _ l r); [ exact H | nfc | nfc | rb_poly | rb_poly | clear H; intros H; revert H ] end; intros.
Ltac put_sums := repeat match goal with
  | H : Sum ?A ?f = ?r |- _ => not_in (Sum A f) r; rewrite H in *; clear H
  | H : Sum _ _ + _ = _ |- _ => apply one_sum in H end.
Ltac put_all := elbo_unfold; first
  [ progress (repeat match goal with H : ?l = ?r |- context [?l] => not_in l r; rewrite H end); solve [ eq_step ]
  | eapply eq_by_nf; [ nfc | nfc | rb_poly | rb_poly | normal_facts; put_sums; solve [ close_field ] ] ].
(** what two variables tell of each other at a third is never negative: j, at each point, is the joint;
    u, v, s are j without the second, without the first, and without both *)
Lemma information_point j u v s : 0 <= j -> 0 <= u -> 0 <= v -> 0 <= s -> (0 < j -> 0 < u /\ 0 < v /\ 0 < s) ->
  j - u * v / s <= j * (ln j + ln s - ln u - ln v).
Proof.
  intros Hj Hu Hv Hs H. destruct Hj as [P| <-].
  - destruct (H P) as (U & V & S).
    assert (R : 0 < j * s / (u * v)) by (apply Rdiv_lt_0_compat; now apply Rmult_lt_0_compat).
    pose proof (weighed_le j _ _ (Rlt_le _ _ P) (fun _ => ln_ge_1_sub_inv _ R)) as K.
    replace (ln (j * s / (u * v))) with (ln j + ln s - ln u - ln v) in K
      by (rewrite ln_div, !ln_mult by (assumption || now apply Rmult_lt_0_compat); ring).
    replace (j * (1 - / (j * s / (u * v)))) with (j - u * v / s) in K by (field; lra). exact K.
  - pose proof (nn_div (u * v) s (Rmult_le_pos u v Hu Hv) Hs). lra.
Qed.
Theorem Information_nonneg (A B C : alphabet) (j : A -> B -> C -> R) : (forall a b c, 0 <= j a b c) ->
  0 <= Sum A (fun a => Sum B (fun b => Sum C (fun c => j a b c * (ln (j a b c)
    + ln (Sum A (fun a => Sum B (fun b => j a b c))) - ln (Sum B (fun b => j a b c)) - ln (Sum A (fun a => j a b c)))))).
Proof.
  intros N.
  apply (zero_le (Sum A (fun a => Sum B (fun b => Sum C (fun c => j a b c - Sum B (fun b => j a b c)
    * Sum A (fun a => j a b c) / Sum A (fun a => Sum B (fun b => j a b c))))))).
  - apply Sum_le; intros a. apply Sum_le; intros b. apply Sum_le; intros c.
    apply information_point; try (repeat (apply Sum_nonneg; intros); apply N). intros P.
    assert (U : 0 < Sum B (fun b => j a b c)) by (apply (Sum_pos_at B _ b); auto).
    assert (V : 0 < Sum A (fun a => j a b c)) by (apply (Sum_pos_at A _ a); auto).
    repeat split; [exact U|exact V|]. apply (Sum_pos_at A (fun a => Sum B (fun b => j a b c)) a); [|exact U].
    intros. now apply Sum_nonneg.
  - rewrite (Sum_ext A _ (fun a => Sum C (fun c => Sum B (fun b => j a b c - Sum B (fun b => j a b c)
      * Sum A (fun a => j a b c) / Sum A (fun a => Sum B (fun b => j a b c)))))) by (intros; apply Sum_swap).
    rewrite Sum_swap. rewrite <- (Sum_0 C). apply Sum_ext. intros c.
    set (s := Sum A (fun a => Sum B (fun b => j a b c))).
    rewrite (Sum_ext A _ (fun a => Sum B (fun b => j a b c) - Sum B (fun b => j a b c) * (s / s))).
    + rewrite Sum_minus, Sum_scal_r. fold s. destruct (Req_dec s 0) as [Z|Z]; [rewrite Z; ring|field; exact Z].
    + intros a. rewrite Sum_minus. f_equal.
      rewrite (Sum_ext B _ (fun b => (Sum B (fun b => j a b c) / s) * Sum A (fun a => j a b c)))
        by (intros; unfold Rdiv; ring).
      rewrite Sum_scal, (Sum_swap B A). fold s. unfold Rdiv; ring.
Qed.
Ltac informed A B C j := eapply gap_le; [ refine (Information_nonneg A B C j _); intros; cbv beta; nn | cbv beta; solve [ eq_step ] ].
Ltac by_information := elbo_unfold; match goal with
  | |- context [Sum (whole ?A) (fun a => Sum (whole ?B) (fun b => Sum (whole ?C) (fun c => @?j a b c * ln (@?u a b c))))] => first
    [ informed A B C j | informed A C B (fun a c b => j a b c) | informed B C A (fun b c a => j a b c) ] end.
(** what is gained is seen not to be negative *)
Lemma gained a b r : b - a = r -> 0 <= r -> a <= b. Proof. lra. Qed.
Ltac by_gain := elbo_unfold; eapply gained; [ renf | cbv beta; try ring_simplify; solve [ nn ] ].
(** k at what is known: a statement, or several as a pair of one and more *)
Ltac each P k := lazymatch P with (?Q, ?R) => first [ each Q k | each R k ] | _ => k P end.
Ltac step_eq P := first [ each P ltac:(fun Q => solve [by_fact Q]) | start; first [ assumption | sides_normalised; first
  [ solve [eq_step] | solve [zr] | each P ltac:(fun Q => solve [from_eq Q]) | solve [put_all]
  | elbo_unfold; progress (repeat end_apart); solve [ eq_step ] ] ] ].
Ltac step_le P := first [ each P ltac:(fun Q => solve [by_fact Q]) | start; as_le; first
  [ assumption | lra | solve [at_least_0] | solve [within by_signs] | sides_normalised; first
  [ solve [apply Req_le; eq_step] | each P ltac:(fun Q => solve [from_le Q]) | solve [search]
  | solve [by_information] | solve [by_surprise] | solve [by_gain] ] ] ].
Ltac step_gain := start; as_le; solve [by_gain].
Ltac step_information := start; as_le; solve [by_information].
Ltac step_surprise := start; as_le; solve [by_surprise].
(** a step in which densities are what they are, whatever they are made of; k: what is unfolded *)
Ltac folded k P := intros; lines; k; unfold Rgt in *; split_pos; lazymatch goal with
  | |- _ = _ => first [ assumption | solve [pose proof NoSwap; eq_step] | sides_normalised; first
      [ solve [eq_step] | each P ltac:(fun Q => solve [from_eq Q]) ] ]
  | |- _ => as_le; first [ lra | solve [at_least_0] | solve [within by_signs] | sides_normalised; first
      [ solve [apply Req_le; eq_step] | each P ltac:(fun Q => solve [from_le Q]) | solve [search] ] ]
  end.
(** by an inequality that is named: l <= r; or by that which its larger or smaller side is one of *)
Ltac step_with l r :=
  let H := fresh in assert (H : l <= r) by (tables; unfold E; cbv beta; inequality); tables;
  first [ solve [within ltac:(exact H)] | eapply gap_le; [ exact H | solve [eq_step] ] ].
Ltac step_by l r := start; as_le; step_with l r.
Ltac step_under r := start; as_le; let l := open_constr:(_ : R) in step_with l r.
Ltac step_over l := start; as_le; let r := open_constr:(_ : R) in step_with l r.
(** a statement on the way, from the one before: it is that, or its average, or a multiple of it *)
Ltac instance P := first [ eapply P | apply Rge_le; eapply P | apply Req_le; eapply P ];
  first [ eassumption | pos | solve [nz] ].
Ltac averaged P := cbv beta; first
  [ solve [ specialized P; read_as_le P ltac:(fun Q => exact Q) ]
  | solve [ instance P ]
  | lazymatch goal with
    | |- Sum ?A _ <= Sum ?A _ => apply Sum_le; let a := fresh "a" in intros a; first [ solve [ averaged (P a) ] | averaged P ]
    | |- 0 <= Sum ?A _ => apply Sum_nonneg; let a := fresh "a" in intros a; averaged P
    | |- ?w * _ <= ?w * _ => apply weighed_le; [ nn | intros; split_pos; averaged P ]
    | |- _ * ?w <= _ * ?w => apply Rmult_le_compat_r; [ nn | averaged P ]
    | |- _ / ?w <= _ / ?w => apply Rmult_le_compat_r; [ nn | averaged P ]
    | |- _ + ?c <= _ + ?c => apply Rplus_le_compat_r; averaged P
    | |- ?c + _ <= ?c + _ => apply Rplus_le_compat_l; averaged P
    | |- _ - ?c <= _ - ?c => apply Rplus_le_compat_r; averaged P
    | |- ln _ <= ln _ => apply ln_le_mono; [ pos | averaged P ]
    | |- exp _ <= exp _ => apply exp_le_mono; averaged P
    end ].
Ltac linked P := start; elbo_unfold; as_le; solve [ averaged P ].
Ltac link P := start; as_le; first [ lra | solve [ elbo_unfold; averaged P ] | solve [ at_least_0 ] | solve [ from_le P ] ].
Ltac step_chain := start; lra.
Ltac step_claim := first [ lra | start; first [ solve [eq_step] | as_le; solve [apply Req_le; eq_step] ] ].
Ltac by_claim P := first [ lra | start; first [ solve [from_eq P] | as_le; solve [from_le P] ] ].
